import { generatePassword, insertUser, Passwords } from '../features/accounts'
import { recordAct } from '../features/audit'
import { systemClock } from '../lib/clock'
import { AppError } from '../lib/errors'
import { withDatabase } from './open'
import { queueBeside } from './queue-beside'
import { say } from './say'

/** The password is made here and shown once: one given on the command line would stay in the shell's history. */
export async function createAdmin([email, ...name]: string[]): Promise<number> {
  if (!email) throw new AppError('CONFIG_FAILED', 'an e-mail address is missing: create-admin <email> [name]')
  if (!/^\S+@\S+\.\S+$/.test(email)) {
    throw new AppError('CONFIG_FAILED', `${JSON.stringify(email)} is not a valid e-mail address`)
  }
  const password = generatePassword()
  const passwordHash = await new Passwords().hash(password)
  await withDatabase(async (db) => {
    const queue = queueBeside(db)
    await db.write(async (tx) => {
      const wanted = { email, name: name.join(' ') || 'Administrator', passwordHash, role: 'ADMINISTRATOR' } as const
      const id = await insertUser({ clock: systemClock, queue }, tx, wanted)
      await recordAct(tx, {
        action: 'user.create-admin',
        target: { kind: 'user', id },
        reason: 'on the command line',
        after: { role: wanted.role },
        at: systemClock.now(),
      })
    })
  })
  await say(`${email}  ${password}`)
  return 0
}
