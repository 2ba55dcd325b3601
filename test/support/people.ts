import type { System } from '../../src/boot'
import { insertUser, type PasswordCost, Passwords } from '../../src/features/accounts'
import { openSession } from '../../src/features/accounts/sessions'
import { sendVerification } from '../../src/features/accounts/verification'
import { creditWallet, promo } from '../../src/features/ledger'
import { newId } from '../../src/lib/ids'
import { type Caller, callerOf } from './caller'

export interface TestCustomer extends Caller {
  id: string
  email: string
  password: string
  accessToken: string
  refreshToken: string
  balance(): Promise<number>
}

/** What a sign-in sends. */
export const credentialsOf = ({ email, password }: Pick<TestCustomer, 'email' | 'password'>) => ({ email, password })

/** As little as argon2 takes: what a password costs is the subject of few tests. */
export const testCost: PasswordCost = { memoryKiB: 8, passes: 1 }

const password = 'correct horse battery staple'
const device = { address: '127.0.0.1', userAgent: 'tests' }
let passwordHash: Promise<string> | undefined
let customers = 0

/** Somebody with a session, as after a registration, but without the way over HTTP. */
export async function createCustomer(
  system: System,
  { balance = 0, name = 'Budi' }: { balance?: number; name?: string } = {},
): Promise<TestCustomer> {
  const { parts } = system
  const email = `customer${++customers}-${Math.random().toString(36).slice(2)}@example.com`
  passwordHash ??= new Passwords(testCost).hash(password)
  const user = { email, name, passwordHash: await passwordHash, role: 'USER' } as const
  const { id, accessToken, refreshToken } = await parts.db.write(async (tx) => {
    const id = await insertUser(parts, tx, user)
    await sendVerification(parts, tx, { id, email })
    return { id, ...(await openSession(parts, tx, id, device)) }
  })
  if (balance > 0) await give(system, id, balance)
  const caller = callerOf(system.url, { authorization: `Bearer ${accessToken}` })
  return Object.assign(caller, {
    id,
    email,
    password,
    accessToken,
    refreshToken,
    balance: async () => (await caller.get('/wallet')).body.data.creditBalance as number,
  })
}

/** Money for a test, booked as the product books a bonus: a balanced entry like any other. */
async function give({ parts }: System, userId: string, amount: number): Promise<void> {
  await parts.db.write((tx) =>
    creditWallet(tx, {
      userId,
      type: 'BONUS',
      counterAccount: promo,
      amount: BigInt(amount),
      source: `adjustment:${newId('transaction')}`,
      description: 'Gift',
      at: parts.clock.now(),
    }),
  )
}

export async function signInAdmin(system: System): Promise<Caller> {
  if (!system.firstAdmin) throw new Error('only the first start on a folder tells its administrator')
  const { body } = await callerOf(system.url, {}).post('/auth/login', system.firstAdmin)
  return callerOf(system.url, { authorization: `Bearer ${body.data.accessToken}` })
}
