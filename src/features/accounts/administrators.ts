import { and, asc, eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import { isAdministrator, users } from './tables'

/** More would be noise. */
const maxAlerted = 20

/** The administrators who hear of what needs a person: the longest-serving ones who may sign in. */
export const listAlertedAdministrators = (tx: Tx): Promise<{ id: string }[]> =>
  tx
    .select({ id: users.id })
    .from(users)
    .where(and(isAdministrator, eq(users.status, 'ACTIVE')))
    .orderBy(asc(users.createdAt))
    .limit(maxAlerted)
    .all()
