import { and, asc, desc, eq, gt, gte, lt, lte, or, type SQL, sql } from 'drizzle-orm'
import { type Counted, countUpTo, type Drizzle, notByIndex } from '../../db'
import type { Page } from '../../http/schema'
import { walletOf } from '../ledger'
import { ledgerAccounts } from '../ledger/tables'
import { isAdministrator, type Role, type User, type UserStatus, users } from './tables'
import { userViewOf } from './users'

/** Read at a time where no index helps: a fraction of a millisecond, then everybody else gets their turn. */
const rowsAtOnce = 1_000

export interface UserFilter {
  search?: string
  role?: Role
  status?: UserStatus
  sort?: 'newest' | 'oldest' | 'email'
}

interface Listing {
  on: Drizzle
  order: Order
  where: SQL | undefined
}

interface Found {
  rows: User[]
  total: Counted
}

export async function listUsers(on: Drizzle, { search, sort = 'newest', ...filter }: UserFilter, page: Page) {
  const isOfFew = filter.role === 'ADMINISTRATOR'
  const listing = { on, where: conditionOf(filter), order: isOfFew ? sortedApart(orders[sort]) : orders[sort] }
  const { rows, total } = search === undefined ? await findAll(listing, page) : await findByText(listing, search, page)
  return { users: await withWallets(on, rows), total }
}

/** Nearly everybody is a customer; administrators have an index of their own, whatever else is asked. */
function conditionOf({ role, status }: Pick<UserFilter, 'role' | 'status'>): SQL | undefined {
  const ofRole = role === 'ADMINISTRATOR' ? isAdministrator : role && notByIndex(users.role, role)
  const byStatus = role === 'ADMINISTRATOR' ? notByIndex : eq
  return and(ofRole, status && byStatus(users.status, status))
}

type Key = Pick<User, 'id' | 'email'>

interface Order {
  by: SQL
  behind(last: Key): SQL
  upTo(last: Key): SQL
}

const orders: Record<NonNullable<UserFilter['sort']>, Order> = {
  newest: { by: desc(users.id), behind: ({ id }) => lt(users.id, id), upTo: ({ id }) => gte(users.id, id) },
  oldest: { by: asc(users.id), behind: ({ id }) => gt(users.id, id), upTo: ({ id }) => lte(users.id, id) },
  email: {
    by: asc(users.email),
    behind: ({ email }) => gt(users.email, email),
    upTo: ({ email }) => lte(users.email, email),
  },
}

/** Few rows are found by their own index and sorted: in the order of another one everybody would be walked for them. */
const sortedApart = (order: Order): Order => ({ ...order, by: sql`+${order.by}` })

const inOrder = ({ on, where, order }: Listing) => on.select().from(users).where(where).orderBy(order.by)

async function findAll(listing: Listing, { page, limit }: Page): Promise<Found> {
  const rows = await inOrder(listing)
    .limit(limit)
    .offset((page - 1) * limit)
    .all()
  return { rows, total: await countUpTo(listing.on, users, listing.where) }
}

/**
 * A text may stand anywhere in an address or a name, which no index finds: everybody is read, in slices, until the page is full and
 * one more is found. What is counted is exact where that was to the end.
 */
async function findByText(listing: Listing, search: string, { page, limit }: Page): Promise<Found> {
  const offset = (page - 1) * limit
  const rows: User[] = []
  let total = 0
  for await (const slice of slicesOf(listing)) {
    const matched = await inOrder({ ...listing, where: and(slice, named(search)) })
      .limit(rowsAtOnce)
      .all()
    rows.push(...matched.slice(Math.max(0, offset - total), Math.max(0, offset + limit - total)))
    total += matched.length
    if (total > offset + limit) return { rows, total: { total, more: true } }
  }
  return { rows, total: { total, more: false } }
}

/** Conditions that take everybody in turn, so many at a time; between two of them others are served. */
async function* slicesOf({ on, where, order }: Listing): AsyncGenerator<SQL | undefined> {
  let rest = where
  for (;;) {
    const last: Key | undefined = await on
      .select({ id: users.id, email: users.email })
      .from(users)
      .where(rest)
      .orderBy(order.by)
      .limit(1)
      .offset(rowsAtOnce - 1)
      .get()
    yield and(rest, last && order.upTo(last))
    if (!last) return
    rest = and(where, order.behind(last))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** The text itself, wherever it stands: `%` and `_` mean nothing here. */
function named(search: string): SQL | undefined {
  const pattern = `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`
  return or(sql`${users.email} like ${pattern} escape '\\'`, sql`${users.name} like ${pattern} escape '\\'`)
}

async function withWallets(on: Drizzle, rows: User[]) {
  // As one value: a list of parameters would make another statement for each length.
  const ids = JSON.stringify(rows.map(({ id }) => walletOf(id)))
  const wallets = await on
    .select()
    .from(ledgerAccounts)
    .where(sql`${ledgerAccounts.id} in (select value from json_each(${ids}))`)
    .all()
  const byId = new Map(wallets.map((wallet) => [wallet.id, wallet]))
  return rows.map((user) => userViewOf(user, byId.get(walletOf(user.id))))
}
