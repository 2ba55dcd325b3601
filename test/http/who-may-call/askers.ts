import { opens, scopeWords } from '../../../src/http/scopes'
import type { Operation } from '../openapi-document'
import type { Asking } from './ask'
import type { House } from './house'
import type { Asker, Call, Row } from './row'

export type AskerCall = [asker: Asker, asking: Omit<Asking, 'url'>, call: Call]

export const customerScopes = ['read', 'write']
export const adminScopes = ['admin:read', 'admin:write']

/** Everybody who has to be refused, and what they ask for. */
export async function refusedCalls(house: House, operation: Operation, row: Row, call: Call): Promise<AskerCall[]> {
  const { access, path } = operation
  const isOfSomething = path.includes('{')
  if (access === 'provider') return [['forged', {}, forge(call)]]
  if (access === 'public') return isOfSomething ? [['missing', {}, ofNothing(operation, row, call)]] : []
  const calls: AskerCall[] = [
    ['nobody', {}, call],
    ['forged', { bearer: 'nonsense' }, call],
    ['forged', { bearer: `mpt_${'A'.repeat(43)}` }, call],
    ...(await lockedOut(house, operation, call)),
    ['narrow', { bearer: await narrowToken(house, operation) }, call],
  ]
  // What they send is not looked at before they are: it changes nothing of what they learn.
  for (const spoilt of spoiltCalls(operation, call)) {
    calls.push(
      ['nobody', {}, spoilt],
      ['forged', { bearer: 'nonsense' }, spoilt],
      ...(await lockedOut(house, operation, spoilt)),
    )
    calls.push(['narrow', { bearer: await narrowToken(house, operation) }, spoilt])
    if (access === 'admin') calls.push(...(await otherCustomer(house, spoilt)))
  }
  // Where no thing is named, everybody has their own.
  if (access === 'admin' || isOfSomething) calls.push(...(await otherCustomer(house, call)))
  if (isOfSomething) {
    calls.push(['missing', { bearer: house.entitled(operation).accessToken }, ofNothing(operation, row, call)])
  }
  return calls
}

async function lockedOut(house: House, { access }: Operation, call: Call): Promise<AskerCall[]> {
  const isAdmin = access === 'admin'
  const person = isAdmin ? house.suspendedAdmin : house.suspended
  return [
    ['suspended', { bearer: person.accessToken }, call],
    ['suspended', { bearer: await house.tokenOf(person, isAdmin ? adminScopes : customerScopes) }, call],
  ]
}

const otherCustomer = async (house: House, call: Call): Promise<AskerCall[]> => [
  ['other', { bearer: house.other.accessToken }, call],
  ['other', { bearer: await house.tokenOf(house.other, customerScopes) }, call],
]

function spoiltCalls({ requestBody }: Operation, call: Call): Call[] {
  const queries = [{ ...call, query: { ...call.query, 'no-such-filter': '1' } }]
  if (!requestBody) return queries
  return [...queries, { ...call, text: '{' }, { ...call, text: '{"reason":[],"password":{}}' }, { ...call, text: '' }]
}

function ofNothing({ parameters }: Operation, { missing }: Row, call: Call): Call {
  const names = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
  return { ...call, params: missing ?? Object.fromEntries(names.map((name) => [name, 'missing'])) }
}

const forge = (call: Call): Call =>
  call.text === undefined
    ? { ...call, body: { ...call.body, signature_key: 'f'.repeat(128) } }
    : { ...call, text: `${call.text} ` }

/** A token with every scope that its owner can give away but those that open the route. */
function narrowToken(house: House, operation: Operation): Promise<string> {
  const grantable = scopeWords.filter((word) => operation.access === 'admin' || !word.startsWith('admin:'))
  const narrow = grantable.filter((word) => !opens(new Set([word]), operation.scope!))
  return house.tokenOf(house.entitled(operation), narrow)
}
