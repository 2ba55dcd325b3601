import { and, eq } from 'drizzle-orm'
import type { Parts } from '../../parts'
import { generatePassword } from './passwords'
import { insertUser } from './sign-in'
import { isAdministrator, sessions, users } from './tables'

export interface FirstAdmin {
  email: string
  /** Told once, at the start that made it; only its hash is kept. */
  password: string
}

const firstEmail = 'admin@minispod.local'

/**
 * Without an administrator nobody could ever let one in: the first start makes one. `tell` shows it before the commit: a start
 * that is killed in between shows another one next time, and none is ever left whose password nobody has seen.
 */
export async function ensureFirstAdmin(
  parts: Pick<Parts, 'db' | 'clock' | 'passwords' | 'queue'>,
  tell: (admin: FirstAdmin) => void,
): Promise<FirstAdmin | undefined> {
  if (await hasAdministrator(parts)) return undefined
  const admin = { email: firstEmail, password: generatePassword() }
  const passwordHash = await parts.passwords.hash(admin.password)
  await parts.db.write(async (tx) => {
    await insertUser(parts, tx, { email: firstEmail, name: 'Administrator', passwordHash, role: 'ADMINISTRATOR' })
    tell(admin)
  })
  return admin
}

async function hasAdministrator({ db }: Pick<Parts, 'db'>): Promise<boolean> {
  const found = await db.read.select({ id: users.id }).from(users).where(isAdministrator).limit(1).get()
  return found !== undefined
}

/** In words, what to do where no administrator can sign in, as far as can be known; undefined where one can. */
export async function findLackOfAdministrators({ db }: Pick<Parts, 'db'>): Promise<string | undefined> {
  const [one, another] = await db.read
    .select()
    .from(users)
    .where(and(isAdministrator, eq(users.status, 'ACTIVE')))
    .limit(2)
    .all()
  if (!one) return `no administrator can sign in: ${createOne}`
  const isUntouched = one.email === firstEmail && one.updatedAt.getTime() === one.createdAt.getTime()
  if (another || !isUntouched || (await hasSession(db, one.id))) return undefined
  return `${firstEmail}, the only administrator, has never signed in; where nobody has the password: ${createOne}`
}

const createOne = 'minispod create-admin you@example.com'

const hasSession = async ({ read }: Parts['db'], userId: string): Promise<boolean> =>
  (await read.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, userId)).limit(1).get()) !==
  undefined
