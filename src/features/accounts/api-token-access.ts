import { and, eq, isNull, lte, or, sql } from 'drizzle-orm'
import { prepared } from '../../db'
import type { Actor } from '../../http/access'
import { minute } from '../../lib/clock'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { tokenMark } from './api-tokens'
import { apiTokens, users } from './tables'
import { hashToken } from './tokens'

/** Every call of a token is told to the minute, not each by a write of its own. */
const noteEveryMs = minute
const maxWaiting = 1_000
const maxTokenLength = 100

type Needs = Pick<Parts, 'db' | 'clock' | 'log'>

export const isApiToken = (bearer: string): boolean => bearer.startsWith(tokenMark)

const tokenWithUser = prepared((db) =>
  db
    .select({ token: apiTokens, email: users.email, role: users.role, status: users.status })
    .from(apiTokens)
    .innerJoin(users, eq(users.id, apiTokens.userId))
    .where(eq(apiTokens.hash, sql.placeholder('hash')))
    .prepare(),
)

/** Lets tokens in, and notes beside the requests when each was last used. */
export class ApiTokenAccess {
  readonly #parts: Needs
  readonly #used = new Map<string, Date>()
  #writing = false

  constructor(parts: Needs) {
    this.#parts = parts
  }

  /** Token and person are read each time: what is taken from either is gone with the next request. */
  async admit(bearer: string): Promise<Actor> {
    const { db, clock } = this.#parts
    const found = bearer.length <= maxTokenLength && (await tokenWithUser(db.read).get({ hash: hashToken(bearer) }))
    if (!found || found.token.revokedAt) throw new AppError('UNAUTHORIZED', 'The API token is not valid')
    const { token, status, role, email } = found
    const now = clock.now()
    if (token.expiresAt <= now) throw new AppError('TOKEN_EXPIRED', 'The API token has expired')
    if (status !== 'ACTIVE') {
      throw new AppError('FORBIDDEN', 'This account is suspended', undefined, {
        attempt: { action: 'access', target: { kind: 'user', id: token.userId } },
      })
    }
    if (!token.lastUsedAt || token.lastUsedAt.getTime() + noteEveryMs <= now.getTime()) this.#note(token.id, now)
    const { id: tokenId, userId, expiresAt } = token
    return { userId, role, email, tokenId, scopes: new Set(token.scopes), expiresAt }
  }

  #note(id: string, at: Date): void {
    // One that finds no room is noted by its next call.
    if (this.#used.size >= maxWaiting) return
    this.#used.set(id, at)
    if (!this.#writing) void this.#writeAll()
  }

  async #writeAll(): Promise<void> {
    const { db, log } = this.#parts
    this.#writing = true
    try {
      while (this.#used.size > 0) {
        const batch = [...this.#used]
        this.#used.clear()
        await db.write(async (tx) => {
          for (const [id, at] of batch) await noteUse(tx).run({ id, at, before: new Date(at.getTime() - noteEveryMs) })
        })
      }
    } catch (error) {
      log.warn({ err: error }, 'the last use of API tokens could not be noted')
    } finally {
      this.#writing = false
    }
  }
}

// A call that read the row before the last note stood would write it again.
const noteUse = prepared((db) =>
  db
    .update(apiTokens)
    .set({ lastUsedAt: sql`${sql.placeholder('at')}` })
    .where(
      and(
        eq(apiTokens.id, sql.placeholder('id')),
        or(isNull(apiTokens.lastUsedAt), lte(apiTokens.lastUsedAt, sql.placeholder('before'))),
      ),
    )
    .prepare(),
)
