import { createHmac } from 'node:crypto'
import type { Clock } from '../../src/lib/clock'
import type { Answer, Caller, TestCustomer, TestSystem } from '../support/system'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** What an authenticator app shows at a moment: RFC 6238, written down a second time. */
export function codeAt(secret: string, at: number): string {
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const digest = createHmac('sha1', key).update(counter).digest()
  const offset = digest.at(-1)! & 15
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

export interface Device {
  secret: string
  recoveryCodes: string[]
  /** The code shown so many steps from now. */
  code(steps?: number): string
  /** One that is none of those around now. */
  wrong(): string
}

export function deviceOf(clock: Clock, secret: string, recoveryCodes: string[] = []): Device {
  const code = (steps = 0) => codeAt(secret, clock.now().getTime() + steps * 30_000)
  return {
    secret,
    recoveryCodes,
    code,
    wrong() {
      const right = [-1, 0, 1].map(code)
      for (let guess = 0; ; guess++) {
        const text = String(guess).padStart(6, '0')
        if (!right.includes(text)) return text
      }
    },
  }
}

/** Turns two-factor on for somebody, as they would. */
export async function turnOn(clock: Clock, person: Caller & Pick<TestCustomer, 'password'>): Promise<Device> {
  const setup = await person.post('/auth/2fa/setup', { password: person.password })
  if (setup.status !== 200) throw new Error(`setup: ${setup.status} ${JSON.stringify(setup.body)}`)
  const { secret } = setup.body.data
  const enabled = await person.post('/auth/2fa/enable', { code: deviceOf(clock, secret).code() })
  if (enabled.status !== 200) throw new Error(`enable: ${enabled.status} ${JSON.stringify(enabled.body)}`)
  return deviceOf(clock, secret, enabled.body.data.recoveryCodes)
}

export const signIn = (
  { anybody }: Pick<TestSystem, 'anybody'>,
  { email, password }: Pick<TestCustomer, 'email' | 'password'>,
  totp?: string,
): Promise<Answer> => anybody.post('/auth/login', { email, password, ...(totp === undefined ? {} : { totp }) })

/** Status and code of a refusal. */
export const refusal = ({ status, body }: Answer): [number, string] => [status, body.error?.code]
