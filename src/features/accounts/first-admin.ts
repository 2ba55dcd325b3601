import type { Parts } from '../../parts'
import { generatePassword } from './passwords'
import { insertUser } from './sign-in'
import { isAdministrator, users } from './tables'

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
  if (await hasAdministrator(parts)) return undefined
  const password = generatePassword()
  const passwordHash = await parts.passwords.hash(password)
  await parts.db.write((tx) =>
    insertUser(parts, tx, { email: firstEmail, name: 'Administrator', passwordHash, role: 'ADMINISTRATOR' }),
  )
  return { email: firstEmail, password }
}

async function hasAdministrator({ db }: Pick<Parts, 'db'>): Promise<boolean> {
  const found = await db.read.select({ id: users.id }).from(users).where(isAdministrator).limit(1).get()
  return found !== undefined
}
