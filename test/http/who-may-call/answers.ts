import type { Operation } from '../openapi-document'
import { type Asking, ask, summaryOf } from './ask'
import { type AskerCall, refusedCalls } from './askers'
import type { House } from './house'
import { plant } from './planted'
import type { Asker, Call, Row } from './row'

export type Answers = Partial<Record<Asker, string>>

/** What the document says each caller has to be answered. */
export function expectedAnswers(operation: Operation, row: Row): Answers {
  const success = Object.keys(operation.responses).find((status) => Number(status) < 300)!
  return { ...impliedAnswers(operation, success), ...row.answers }
}

function impliedAnswers({ access, scope, path, requestBody }: Operation, success: string): Answers {
  const isOfSomething = path.includes('{')
  const missing = isOfSomething && { missing: '404 NOT_FOUND' }
  const planter = requestBody && { planter: '422 VALIDATION_ERROR' }
  if (access === 'public') return { ...missing, ...planter, owner: success }
  if (access === 'provider') return { forged: '403 FORBIDDEN', owner: success }
  const [unsigned, refused] = ['401 UNAUTHORIZED', '403 FORBIDDEN']
  return {
    ...{ nobody: unsigned, forged: unsigned, suspended: refused },
    ...((access === 'admin' || isOfSomething) && { other: refused }),
    ...missing,
    narrow: scope === 'none' ? refused : `${refused} ${scope}`,
    ...planter,
    owner: success,
    ...(scope !== 'none' && { token: success }),
  }
}

/** What they are answered. Those who are refused change nothing, so all of them ask for the very same thing. */
export async function actualAnswers(house: House, operation: Operation, row: Row): Promise<Answers> {
  const { url } = house.system
  const make = async (): Promise<Call> => (await row.call?.(house)) ?? {}
  const call = await make()
  const answers: Answers = {}
  const note = async ([asker, asking, asked]: AskerCall) => {
    const summary = summaryOf(await ask({ url, ...asking }, operation, asked))
    const known = answers[asker]
    answers[asker] = known === undefined || known === summary ? summary : `${known} | ${summary}`
  }
  for (const [asker, asking, asked] of await refusedCalls(house, operation, row, call)) {
    for (const prefix of ['/api', '/api/v1'] as const) await note([asker, { ...asking, prefix }, asked])
  }
  const owner = ownerAsking(house, operation, call)
  const planted = plant(house.other.id, operation, call)
  // Where a route reads no body, nothing in it can be refused.
  if (!operation.requestBody) await note(['owner', owner, planted])
  else {
    if (operation.access !== 'provider') await note(['planter', owner, planted])
    await note(['owner', owner, call])
  }
  if (expectedAnswers(operation, row).token) {
    const bearer = await house.tokenOf(house.entitled(operation), [operation.scope!])
    await note(['token', { prefix: '/api/v1', bearer }, await make()])
  }
  return answers
}

function ownerAsking(house: House, operation: Operation, call: Call): Omit<Asking, 'url'> {
  if (operation.access === 'public' || operation.access === 'provider') return {}
  return { bearer: (call.as ?? house.entitled(operation)).accessToken }
}
