import type { Fact, KeyedAct } from './facts'
import type { Answer, Order } from './http-client'
import type { Session } from './session'

const underWayPauseMs = 250

export interface Keyed {
  act: KeyedAct
  userId: string
  key: string
  session: Session
  order: Order
}

/** Told before it is asked: from then on it may have happened once. */
export async function beginKeyed(keyed: Keyed, tell: (fact: Fact) => void): Promise<Answer> {
  const { act, userId, key } = keyed
  tell({ kind: 'asked', act, userId, key })
  return repeatKeyed(keyed)
}

export const repeatKeyed = ({ session, order, key }: Keyed): Promise<Answer> => session.ask({ ...order, key })

/** An act in two steps that was cut off answers 409 for a minute. @returns that answer if it still does at the given moment */
export async function repeatUntilEnded(keyed: Keyed, before: number): Promise<Answer> {
  for (;;) {
    const answer = await repeatKeyed(keyed)
    if (!isUnderWay(answer) || Date.now() > before) return answer
    await Bun.sleep(underWayPauseMs)
  }
}

export const isUnderWay = ({ status, body }: Answer): boolean =>
  status === 409 && body.error?.code === 'REQUEST_IN_PROGRESS'
