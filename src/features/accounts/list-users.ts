import { and, asc, desc, eq, gt, gte, lt, lte, or, type SQL, sql } from 'drizzle-orm'
import { type Drizzle, defineList, down, type Listed, notByIndex, preparedByShape, up } from '../../db'
import type { Page } from '../../http/schema'
import { isAdministrator, type Role, type UserStatus, users } from './tables'
import { mailProblemOfUser, shownOfUser, userViewOf, walletOfUser } from './users'

/** Read at a time where no index helps: a fraction of a millisecond, then everybody else gets their turn. */
const rowsAtOnce = 1_000

interface UserFilter {
  search?: string
  role?: Role
  status?: UserStatus
  sort?: Sort
}

type Sort = 'newest' | 'oldest' | 'email'

const { id, email, name, role, status } = users
const shown = { user: shownOfUser, wallet: walletOfUser, mailProblem: mailProblemOfUser }

const everybody = defineList({
  table: users,
  rows: (db) => db.select(shown).from(users),
  filters: { status },
  // Nearly everybody is a customer.
  conditions: { role: (value) => notByIndex(role, value) },
  sorts: { newest: down(id), oldest: up(id), email: up(email) },
})

/** The few have an index of their own, and are sorted apart: in the order of another index everybody would be walked for them. */
const administrators = defineList({
  table: users,
  rows: (db) => db.select(shown).from(users),
  only: isAdministrator,
  conditions: { status: (value) => notByIndex(status, value) },
  sorts: { newest: { by: [sql`+${id} desc`] }, oldest: { by: [sql`+${id}`] }, email: { by: [sql`+${email}`] } },
})

export async function listUsers(on: Drizzle, filter: UserFilter, page: Page) {
  const { search, ...asked } = filter
  const { rows, total } =
    search !== undefined
      ? await findByText(on, asked, search, page)
      : asked.role === 'ADMINISTRATOR'
        ? await administrators(on, asked, page)
        : await everybody(on, asked, page)
  return { users: rows.map(userViewOf), total }
}

type Asked = Omit<UserFilter, 'search'>

/**
 * A text may stand anywhere in an address or a name, which no index finds: everybody is read, in slices, until the page is full and
 * one more is found. What is counted is exact where that was to the end.
 */
async function findByText(on: Drizzle, asked: Asked, search: string, { page, limit }: Page) {
  const offset = (page - 1) * limit
  const found: Listed<Matched> = { rows: [], total: { total: 0, more: false } }
  const { rows, total } = found
  for await (const slice of slicesOf(on, asked)) {
    const matched = await matchesIn(on, asked, { ...slice, pattern: patternOf(search) })
    rows.push(...matched.slice(Math.max(0, offset - total.total), Math.max(0, offset + limit - total.total)))
    total.total += matched.length
    total.more = total.total > offset + limit
    if (total.more) break
  }
  return found
}

/** The text itself, wherever it stands: `%` and `_` mean nothing here. */
const patternOf = (search: string): string => `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`

/** A part of everybody in their order: behind one row, and up to another. */
interface SliceOfAll {
  after?: string
  upTo?: string
}

/** Takes everybody in turn, so many at a time; between two slices others are served. */
async function* slicesOf(on: Drizzle, asked: Asked): AsyncGenerator<SliceOfAll> {
  let after: string | undefined
  for (;;) {
    const last = await ends(on, shapeOf(asked, { after }), (db) => buildEnd(db, asked, { after })).get({
      ...asked,
      after,
    })
    yield { after, upTo: last?.key }
    if (!last) return
    after = last.key
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const matchesIn = (on: Drizzle, asked: Asked, bounds: SliceOfAll & { pattern: string }): Promise<Matched[]> =>
  matches(on, shapeOf(asked, bounds), (db) => buildMatches(db, asked, bounds)).all({ ...asked, ...bounds })

const ends = preparedByShape<ReturnType<typeof buildEnd>>()
const matches = preparedByShape<ReturnType<typeof buildMatches>>()
type Matched = Awaited<ReturnType<ReturnType<typeof buildMatches>['all']>>[number]

const shapeOf = ({ sort, role, status }: Asked, { after, upTo }: SliceOfAll): string =>
  [sort, role === 'ADMINISTRATOR' ? 'few' : role && 'role', status && 'status', after && 'after', upTo && 'upTo'].join()

const orders = {
  newest: { key: id, by: desc(id), behind: lt, upTo: gte },
  oldest: { key: id, by: asc(id), behind: gt, upTo: lte },
  email: { key: email, by: asc(email), behind: gt, upTo: lte },
}

function orderOf({ sort = 'newest', role }: Asked) {
  const order = orders[sort]
  return role === 'ADMINISTRATOR' ? { ...order, by: sql`+${order.by}` } : order
}

function whereOf(asked: Asked, { after, upTo }: SliceOfAll): SQL | undefined {
  const isOfFew = asked.role === 'ADMINISTRATOR'
  const order = orderOf(asked)
  return and(
    isOfFew ? isAdministrator : asked.role && notByIndex(role, sql.placeholder('role')),
    asked.status && (isOfFew ? notByIndex : eq)(status, sql.placeholder('status')),
    after === undefined ? undefined : order.behind(order.key, sql.placeholder('after')),
    upTo === undefined ? undefined : order.upTo(order.key, sql.placeholder('upTo')),
  )
}

const buildEnd = (on: Drizzle, asked: Asked, bounds: SliceOfAll) =>
  on
    .select({ key: orderOf(asked).key })
    .from(users)
    .where(whereOf(asked, bounds))
    .orderBy(orderOf(asked).by)
    .limit(1)
    .offset(rowsAtOnce - 1)
    .prepare()

function buildMatches(on: Drizzle, asked: Asked, bounds: SliceOfAll) {
  const pattern = sql.placeholder('pattern')
  const named = or(sql`${email} like ${pattern} escape '\\'`, sql`${name} like ${pattern} escape '\\'`)
  const where = and(whereOf(asked, bounds), named)
  return on.select(shown).from(users).where(where).orderBy(orderOf(asked).by).limit(rowsAtOnce).prepare()
}
