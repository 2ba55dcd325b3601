import { Elysia, t } from 'elysia'
import { type Actor, accessControl } from '../../http/access'
import { localeOf } from '../../http/locale'
import { contextOf } from '../../http/request-context'
import { Answer, guarded, IdText, ListAnswer, Media, metaOf, ok, pageOf } from '../../http/schema'
import { securedHeaders } from '../../http/security-headers'
import { dayIn } from '../../lib/calendar'
import type { Thing } from '../../lib/kinds'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { exportTransactions } from './export'
import { ExportStreams } from './export-streams'
import { forecastWallet } from './forecast'
import { defaultForecastDays, ForecastQuery, ForecastView } from './forecast-schema'
import { ExportQuery, TransactionsQuery, TransactionView, WalletStatisticsView, WalletView } from './schema'
import { getStatistics, getTransaction, getWallet, listTransactions, translateRows } from './statement'
import { StatementCounts } from './statement-count'
import { type StatementFilter, wantedOf } from './statement-filter'

const Id = t.Object({ id: IdText })
const jsonHeaders = securedHeaders({ 'content-type': 'application/json;charset=utf-8' })

/** What a customer reads of their wallet. */
export const statementRoutes = (parts: Parts) => {
  const counts = new StatementCounts()
  const exports = new ExportStreams()
  return new Elysia({ prefix: '/wallet', tags: ['Wallet'] })
    .use(accessControl(parts.authenticate))
    .get('/', async ({ actor }) => ok(await getWallet(parts.db.read, actor)), {
      access: 'customer',
      response: { 200: Answer(WalletView), ...guarded() },
      detail: { operationId: 'wallet_get', summary: 'Balance, lifetime top-up and spend' },
    })
    .get('/statistics', async ({ actor }) => ok(await getStatistics(parts.db.read, actor)), {
      access: 'customer',
      response: { 200: Answer(WalletStatisticsView), ...guarded() },
      detail: { operationId: 'wallet_statistics', summary: 'Movements by type' },
    })
    .get(
      '/transactions',
      async ({ actor, query, request }) => {
        const page = pageOf(query, Number.POSITIVE_INFINITY)
        const { rows, total } = await listTransactions({ db: parts.db.read, counts }, actor, query, page)
        return new Response(
          `{"success":true,"data":${translateRows(rows, localeOf(request))},"meta":${JSON.stringify(metaOf(page, total))}}`,
          {
            headers: jsonHeaders,
          },
        )
      },
      {
        access: 'customer',
        query: TransactionsQuery,
        response: { 200: ListAnswer(TransactionView), ...guarded() },
        detail: { operationId: 'wallet_transactions', summary: 'Statement' },
      },
    )
    .get(
      '/transactions/export',
      ({ actor, query, request }) => answerExport({ ...parts, exports }, actor, query, request),
      {
        access: 'customer',
        query: ExportQuery,
        response: {
          200: Media(
            'text/csv',
            'UTF-8, a line for each transaction: `customId, createdAt, type, status, amount, balanceAfter, description, subscriptionId, id`. All there were when it began. If a fault cuts it off, the transfer ends incomplete.',
          ),
          ...guarded(),
        },
        detail: { operationId: 'wallet_transactions_export', summary: 'Statement as CSV, of the same filters' },
      },
    )
    .get(
      '/forecast',
      async ({ actor, query }) => ok(await forecastWallet(parts, actor, query.days ?? defaultForecastDays)),
      {
        access: 'customer',
        query: ForecastQuery,
        response: { 200: Answer(ForecastView), ...guarded() },
        detail: { operationId: 'wallet_forecast', summary: 'When renewals will exceed the balance, and by how much' },
      },
    )
    .get(
      '/transactions/:id',
      async ({ actor, params, request }) =>
        ok(await getTransaction(parts.db.read, actor, params.id, localeOf(request))),
      {
        access: 'customer',
        params: Id,
        response: { 200: Answer(TransactionView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'wallet_transaction', summary: 'One transaction, by id or TXMP-number' },
      },
    )
}

type ExportOptions = StatementFilter & { separator?: 'comma' | 'semicolon' }

type ExportNeeds = Pick<Parts, 'config' | 'db' | 'clock' | 'log'> & { exports: ExportStreams }

async function answerExport(
  { config, db, clock, log, exports }: ExportNeeds,
  actor: Actor,
  { separator, ...filter }: ExportOptions,
  request: Request,
): Promise<Response> {
  const at = clock.now()
  const wanted = wantedOf(actor.userId, filter)
  exports.assertRoom(actor.userId)
  const target: Thing = { kind: 'user', id: actor.userId }
  await db.write((tx) => recordAct(tx, { actor, action: 'wallet.export', target, after: { ...filter }, at }))
  const requestId = contextOf(request).id
  return exports.respond(request, actor.userId, {
    name: `transactions-${dayIn(config.billingTimeZone, at)}.csv`,
    nextPage: exportTransactions(db.read, {
      wanted,
      sort: filter.sort ?? 'newest',
      separator: separator === 'semicolon' ? ';' : ',',
      locale: localeOf(request),
    }),
    onFault: (fault) => log.warn({ requestId, err: fault }, 'export cut off'),
  })
}
