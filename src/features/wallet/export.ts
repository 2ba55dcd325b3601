import { and, asc, desc, gt, lte, sql } from 'drizzle-orm'
import { type Drizzle, prepared } from '../../db'
import type { Locale } from '../../lib/locale'
import { translate } from '../../lib/translate'
import { transactions } from '../ledger/tables'
import { type Cell, csvHead, csvLine, type Separator } from './csv'
import { preparedByFilter, type Wanted } from './statement-filter'
import { publicNumberOf, type ShownRow, shownColumns } from './statement-row'

/** Some milliseconds of work, and a hundred kilobytes: others are served in between. */
const rowsPerPage = 500

const columns: { name: string; of: (row: ShownRow, locale: Locale | undefined) => Cell }[] = [
  { name: 'customId', of: publicNumberOf },
  { name: 'createdAt', of: ({ createdAt }) => new Date(createdAt).toISOString() },
  { name: 'type', of: ({ type }) => type },
  { name: 'status', of: ({ status }) => status },
  { name: 'amount', of: ({ amount }) => amount },
  { name: 'balanceAfter', of: ({ balanceAfter }) => balanceAfter },
  { name: 'description', of: ({ description }, locale) => translate(description, locale) },
  { name: 'subscriptionId', of: ({ subscriptionId }) => subscriptionId },
  { name: 'id', of: ({ id }) => id },
]

interface ExportOrder {
  wanted: Wanted
  sort: 'newest' | 'oldest'
  separator: Separator
  /** Of the descriptions. */
  locale: Locale | undefined
}

/**
 * A statement as CSV, a page at each call and undefined after the last. It holds every transaction there was when it began
 * and none that came later; the outcome of one that was pending is as it stands when its page is read.
 */
export function exportTransactions(on: Drizzle, order: ExportOrder): () => Promise<string | undefined> {
  const { wanted, sort, separator, locale } = order
  let reading: { after: number; upTo: number } | undefined
  let ended = false
  return async () => {
    if (ended) return undefined
    const head = reading ? '' : csvHead(names, separator)
    reading ??= { after: 0, upTo: (await greatestNumber(on).get())!.number }
    const rows = await pageAfter[sort](on, wanted).all({ ...wanted, ...reading })
    ended = rows.length < rowsPerPage
    const last = rows.at(-1)?.number ?? 0
    reading = sort === 'oldest' ? { ...reading, after: last } : { ...reading, upTo: last - 1 }
    const text = head + rows.map((row) => csvLine(cellsOf(row, locale), separator)).join('')
    return text === '' ? undefined : text
  }
}

const names = columns.map(({ name }) => name)
const cellsOf = (row: ShownRow, locale: Locale | undefined): Cell[] => columns.map(({ of }) => of(row, locale))

const greatestNumber = prepared((db) =>
  db
    .select({ number: sql<number>`coalesce(max(${transactions.number}), 0)` })
    .from(transactions)
    .prepare(),
)

const pagesInOrder = (direction: typeof asc) =>
  preparedByFilter((db, where) =>
    db
      .select(shownColumns)
      .from(transactions)
      .where(
        and(
          where,
          gt(transactions.number, sql.placeholder('after')),
          lte(transactions.number, sql.placeholder('upTo')),
        ),
      )
      .orderBy(direction(transactions.number))
      .limit(rowsPerPage)
      .prepare(),
  )

const pageAfter = { oldest: pagesInOrder(asc), newest: pagesInOrder(desc) }
