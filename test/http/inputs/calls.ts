import type { House } from '../who-may-call/house'
import type { Call } from '../who-may-call/row'
import { table } from '../who-may-call/table'
import type { Inputs } from './fields'

/** Of these a person may have so many. */
const bounded = new Set(['auth_create_token', 'wallet_top_up'])

/** The document's own example, about things that are there. Made anew where the last one was taken: it may be used up. */
export async function validCall(house: House, { operation, body }: Inputs): Promise<Call> {
  const call = (await table[operation.operationId]?.call?.(house)) ?? {}
  if (bounded.has(operation.operationId)) call.as = await house.somebody()
  return body ? { ...call, body: { ...(body.example as object), ...call.body } } : call
}
