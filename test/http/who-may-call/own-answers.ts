import type { Operation } from '../openapi-document'
import { ask } from './ask'
import type { House, Person } from './house'

/** Routes that name nothing: what they tell is about whoever asks. */
export const isAboutOneself = ({ method, access, path }: Operation): boolean =>
  method === 'get' && access === 'customer' && !path.includes('{')

/** Moments: of an answer itself, or of the last use of a token. */
const restless = /,"lastUsedAt":(?:null|"[^"]*")|"\d{4}-\d\d-\d\dT[^"]*"/g

/** What somebody is told of themselves, all of it, by operationId. */
export async function ownAnswers(
  { system }: House,
  { accessToken }: Pick<Person, 'accessToken'>,
  operations: Operation[],
): Promise<Record<string, string>> {
  const answers: Record<string, string> = {}
  for (const operation of operations.filter(isAboutOneself)) {
    const query = operation.parameters.some(({ name }) => name === 'limit') ? { limit: '100' } : undefined
    const { text } = await ask({ url: system.url, bearer: accessToken }, operation, { query })
    answers[operation.operationId] = text.replace(restless, '')
  }
  return answers
}

/** Which of these names stand in a text, whole. */
export function namesIn(text: string, names: ReadonlySet<string>): string[] {
  const words = text.match(/[\w.@+-]+/g) ?? []
  return [...new Set(words)].filter((word) => names.has(word))
}

export const isList = ({ responses }: Operation): boolean =>
  responses[200]!.content?.['application/json']?.schema.properties?.data?.type === 'array'
