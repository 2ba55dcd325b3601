import { count, eq } from 'drizzle-orm'
import type { Parts } from '../../parts'
import { generatePassword } from './passwords'
import { insertUser } from './sign-in'
import { users } from './tables'

export interface FirstAdmin {
  email: string
  /** Told once, at the start that made it; only its hash is kept. */
  password: string
}

const firstEmail = 'admin@minispod.local'

/** Without an administrator nobody could ever let one in: the first start makes one. */
export async function ensureFirstAdmin(
  parts: Pick<Parts, 'db' | 'clock' | 'passwords' | 'queue'>,
): Promise<FirstAdmin | undefined> {
  if ((await countAdmins(parts)) > 0) return undefined
  const password = generatePassword()
  const passwordHash = await parts.passwords.hash(password)
  await parts.db.write((tx) =>
    insertUser(parts, tx, { email: firstEmail, name: 'Administrator', passwordHash, role: 'ADMINISTRATOR' }),
  )
  return { email: firstEmail, password }
}

async function countAdmins({ db }: Pick<Parts, 'db'>): Promise<number> {
  const found = await db.read.select({ total: count() }).from(users).where(eq(users.role, 'ADMINISTRATOR')).get()
  return found?.total ?? 0
}
