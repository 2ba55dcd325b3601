import { maxQueryLength } from '../../../src/http/request-line'
import type { Answered } from '../who-may-call/ask'
import type { Call } from '../who-may-call/row'
import type { Case } from './cases'
import type { Inputs } from './fields'

interface Problem {
  path: string
  message: string
}

const malformed = new Set(['VALIDATION_ERROR', 'MALFORMED_REQUEST', 'PAYLOAD_TOO_LARGE'])

/** What no schema can say, for it hangs on another field, on the person, or on the app: the document has it in words. */
const rulesOfBusiness = [
  /^Only the first \d+ rows can be paged through/,
  /^Expected (?:more than a number|no simple pattern|a less common password|something other than your own name)/,
  /^Expected an address other than the current one$/,
  /^Expected the name of the instance$/,
  /^Expected one of app$/,
  /^Expected with /,
  /^Expected (?:a time before the end of the range|at most \d+ days(?: from now)?|a time after what is paid, and after now)$/,
  /^At most \d+ can be paid by \w+$/,
  /^is not an input$/,
  /^Not a drawing that is taken, at character \d+: /,
  /^There is no (?:such (?:category|plan|service)|template of this name)$/,
  /^Expected (?:one of amount and percent|no time before `validFrom`)$/,
]
/** An app’s template says how small a plan of it may be. */
const leastOfTemplate = /^\/(?:cpuMillicores|memoryMb|storageGb) The template \S+ needs at least \d+$/
/** Too deep, too many or too long altogether, a body or a URL is refused before anything in it has a name. */
const ofWholeBody = /^Expected at most \d+ (?:levels|names and items)$/
const ofWholeUrl = /^The URL holds a NUL character$|^The (?:path|query) is longer than \d+ characters$/

/** What a template may say stands in a schema of its own. */
const ofTemplate = /^\/template(?:\/|$)/

/** The things of a catalog’s file are described in a schema of its own. */
const ofCatalogFile = /^\/(?:templates|categories|services)\/\d/

const isRule = ({ path, message }: Problem): boolean =>
  ofTemplate.test(path) ||
  ofCatalogFile.test(path) ||
  rulesOfBusiness.some((rule) => rule.test(message)) ||
  leastOfTemplate.test(`${path} ${message}`)

/** A text of the length that its field may have can be three times or more of that in a query. */
const isTooLong = ({ query = {} }: Call, message: string): boolean =>
  ofWholeUrl.test(message) && new URLSearchParams(query).toString().length >= maxQueryLength

/** What is wrong with an answer; undefined if it is what the document lets expect. */
export function faultOf(
  { body }: Inputs,
  { place, at, allowed }: Case,
  sent: Call,
  answer: Answered,
): string | undefined {
  const { status } = answer
  const { code, message, details } = answer.body?.error ?? {}
  const problems: Problem[] = details?.problems ?? []
  const said = `${status} ${code ?? ''} ${JSON.stringify(details?.problems ?? message ?? '')}`
  if (status >= 500) return said
  if (at === undefined) return undefined
  const bytes = Buffer.byteLength(sent.text ?? '')
  if (place === 'body' && bytes > body!.maxBytes) return status === 413 ? undefined : `${bytes} bytes, but ${said}`
  if (!allowed) return isRefused(place, at, answer, problems) ? undefined : `forbidden, but ${said}`
  return malformed.has(code) && !problems.some(isRule) && !isTooLong(sent, message) ? `allowed, but ${said}` : undefined
}

function isRefused(place: Case['place'], at: string, { status, body }: Answered, problems: Problem[]): boolean {
  const { code, message } = body?.error ?? {}
  // What stands in If-Match and is no version that we ever gave is not the present one either.
  if (place === 'header' && code === 'PRECONDITION_FAILED') return true
  const isNamed = problems.some(
    (problem) =>
      problem.path === at || problem.path.startsWith(at === '/' ? at : `${at}/`) || ofWholeBody.test(problem.message),
  )
  return status === 422 && (isNamed || ofWholeUrl.test(message))
}
