import { Elysia } from 'elysia'
import { accessControl } from '../../http/access'
import { localeOf } from '../../http/locale'
import { Answer, guarded, ok } from '../../http/schema'
import { translate } from '../../lib/translate'
import type { Parts } from '../../parts'
import { SubscriptionId } from './schema'
import { getOwnUsage } from './usage'
import { UsageQuery, UsageView } from './usage-schema'

export const usageRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/subscriptions/:id', tags: ['Subscriptions'] }).use(accessControl(parts.authenticate)).get(
    '/usage',
    async ({ actor, params, query, request }) => {
      const { from, to, step } = query
      const range = { from: from && new Date(from), to: to && new Date(to) } as { from?: Date; to?: Date }
      const view = await getOwnUsage(parts, actor, params.id, { ...range, step })
      return ok({ ...view, reason: translate(view.reason, localeOf(request)) })
    },
    {
      access: 'customer',
      params: SubscriptionId,
      query: UsageQuery,
      response: { 200: Answer(UsageView), ...guarded('NOT_FOUND') },
      detail: {
        operationId: 'subscriptions_usage',
        summary: 'What is stored of a subscription’s use',
        description:
          'For 366 days at most: what was charged for that time, how long the app was meant to run, and samples of what it used.',
      },
    },
  )
