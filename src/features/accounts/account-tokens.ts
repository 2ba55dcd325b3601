import { and, count, eq, gt, inArray, isNull, or } from 'drizzle-orm'
import type { Drizzle, Tx } from '../../db'
import { hour } from '../../lib/clock'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { listDowntimes, timeBefore } from '../downtime'
import type { AccountToken, User } from './tables'
import { accountTokens, type LinkPurpose, users } from './tables'
import { hashToken } from './tokens'

const lifeOf: Record<LinkPurpose, number> = { VERIFY_EMAIL: 48 * hour, RESET_PASSWORD: hour, CHANGE_EMAIL: 48 * hour }
/** Keeps others from filling somebody's mailbox. */
const maxAnHour = 5

type Needs = Pick<Parts, 'clock' | 'tokens'>

interface NewLink {
  id: string
  userId: string
  purpose: LinkPurpose
  email: string
}

/** Makes the newest link of its purpose the only one; false, and nothing done, if the person had enough of them this hour. */
export async function issueLink(parts: Needs, tx: Tx, link: NewLink): Promise<boolean> {
  const now = parts.clock.now()
  const recent = await tx
    .select({ total: count() })
    .from(accountTokens)
    .where(and(ofPurpose(link.userId, [link.purpose]), gt(accountTokens.createdAt, new Date(now.getTime() - hour))))
    .get()
  if ((recent?.total ?? 0) >= maxAnHour) return false
  await voidLinks(tx, link.userId, [link.purpose], now)
  const [token] = parts.tokens.linkTokensOf(link.id)
  const expiresAt = new Date(now.getTime() + lifeOf[link.purpose])
  await tx
    .insert(accountTokens)
    .values({ ...link, hash: hashToken(token), createdAt: now, expiresAt })
    .run()
  return true
}

/** Ends the open links of a person, those of some purposes or all. */
export async function voidLinks(tx: Tx, userId: string, purposes: LinkPurpose[], at: Date): Promise<void> {
  await tx
    .update(accountTokens)
    .set({ voidedAt: at })
    .where(and(ofPurpose(userId, purposes), isOpen()))
    .run()
}

export const everyPurpose = Object.keys(lifeOf) as LinkPurpose[]

const ofPurpose = (userId: string, purposes: LinkPurpose[]) =>
  and(eq(accountTokens.userId, userId), inArray(accountTokens.purpose, purposes))
/** Not older than such a link may become; a time in which the system was down does not count: nobody could have used it. */
async function lastsOf(on: Drizzle | Tx, purposes: LinkPurpose[], now: Date) {
  const downtimes = await listDowntimes(on)
  return or(
    ...purposes.map((purpose) =>
      and(eq(accountTokens.purpose, purpose), gt(accountTokens.createdAt, timeBefore(now, lifeOf[purpose], downtimes))),
    ),
  )
}

const isOpen = () => and(isNull(accountTokens.usedAt), isNull(accountTokens.voidedAt))

export interface OpenLink {
  token: AccountToken
  user: User
}

/** What a link's token opens. @throws AppError UNAUTHORIZED, the same for one that was used, replaced, has expired or never existed */
export async function getOpenLink(
  on: Drizzle | Tx,
  token: string,
  purposes: LinkPurpose[],
  now: Date,
): Promise<OpenLink> {
  const found = await on
    .select({ token: accountTokens, user: users })
    .from(accountTokens)
    .innerJoin(users, eq(users.id, accountTokens.userId))
    .where(
      and(
        eq(accountTokens.hash, hashToken(token)),
        await lastsOf(on, purposes, now),
        isOpen(),
        eq(users.status, 'ACTIVE'),
      ),
    )
    .get()
  if (!found) throw new AppError('UNAUTHORIZED', 'This link is not valid any more; ask for a new one')
  return found
}

/** The same, and it opens nothing more once this transaction stands. */
export async function useLink(tx: Tx, token: string, purposes: LinkPurpose[], now: Date): Promise<OpenLink> {
  const link = await getOpenLink(tx, token, purposes, now)
  await tx.update(accountTokens).set({ usedAt: now }).where(eq(accountTokens.id, link.token.id)).run()
  return link
}

const pageOf: Record<LinkPurpose, string> = {
  VERIFY_EMAIL: 'verify-email',
  RESET_PASSWORD: 'reset-password',
  CHANGE_EMAIL: 'verify-email',
}

/** The link of a mail that is sent now, from its token's id; undefined once it would open nothing. */
export const createLinkOf =
  (parts: Pick<Parts, 'db' | 'clock' | 'publicUrl' | 'tokens'>) =>
  async (id: string): Promise<string | undefined> => {
    const found = await parts.db.read
      .select()
      .from(accountTokens)
      .where(and(eq(accountTokens.id, id), isOpen(), await lastsOf(parts.db.read, everyPurpose, parts.clock.now())))
      .get()
    // Of a key that has left the ring there is no token any more.
    const token = found && parts.tokens.linkTokensOf(id).find((candidate) => hashToken(candidate) === found.hash)
    return token && `${parts.publicUrl}/${pageOf[found.purpose]}?token=${token}`
  }
