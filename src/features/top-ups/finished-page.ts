import { eq, sql } from 'drizzle-orm'
import { Elysia } from 'elysia'
import { brandOf } from '../../config'
import { type Drizzle, prepared } from '../../db'
import { accessControl } from '../../http/access'
import { brandPage } from '../../http/brand-page'
import { localeOf } from '../../http/locale'
import { html } from '../../lib/html'
import type { Parts } from '../../parts'
import { users } from '../accounts/tables'
import { finishedTexts } from './finished-texts'
import { topUps } from './tables'

const lookAgainSeconds = 5
const longestOrderId = 64

/**
 * Where the provider sends the customer's browser afterwards. It says what became of the order by our own books, whatever
 * the address claims, and nothing else of it: arriving here proves nothing, and books nothing.
 */
export const finishedRoutes = (parts: Pick<Parts, 'authenticate' | 'config' | 'db'>) =>
  new Elysia().use(accessControl(parts.authenticate)).get(
    '/payments/finished',
    async ({ request }) => {
      const found = await findOrder(parts.db.read, new URL(request.url).searchParams.get('order_id'))
      const language = localeOf(request) ?? found?.locale ?? 'en'
      const { title, text } = finishedTexts[language][found?.status ?? 'unknown']
      return brandPage(brandOf(parts.config), {
        language,
        title,
        body: html`<p>${text}</p>`,
        refreshSeconds: found?.status === 'PENDING' ? lookAgainSeconds : undefined,
      })
    },
    { access: 'public', detail: { hide: true } },
  )

const orderOf = prepared((db) =>
  db
    .select({ status: topUps.status, locale: users.locale })
    .from(topUps)
    .innerJoin(users, eq(users.id, topUps.userId))
    .where(eq(topUps.orderId, sql.placeholder('orderId')))
    .prepare(),
)

async function findOrder(on: Drizzle, orderId: string | null) {
  if (!orderId || orderId.length > longestOrderId) return undefined
  return orderOf(on).get({ orderId })
}
