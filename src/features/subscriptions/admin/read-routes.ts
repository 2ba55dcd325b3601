import { Elysia } from 'elysia'
import { accessControl } from '../../../http/access'
import { localeOf } from '../../../http/locale'
import { Answer, guarded, ListAnswer, listed, ok, pageOf } from '../../../http/schema'
import type { Parts } from '../../../parts'
import { speakInstance } from '../../instances'
import { SubscriptionId } from '../schema'
import { getSubscriptionDetail } from './detail'
import { listSubscriptions } from './list'
import {
  AdminSubscriptionsQuery,
  ListedSubscriptionView,
  SubscriptionDetailView,
  SubscriptionStatisticsView,
  TimelineEventView,
  TimelineQuery,
} from './schema'
import { subscriptionStatistics } from './statistics'
import { mostEvents, subscriptionTimeline } from './timeline'

const momentOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text))

/** What administrators see of everybody's subscriptions. */
export const adminSubscriptionReadRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/admin/subscriptions', tags: ['Subscriptions'] })
    .use(accessControl(parts.authenticate))
    .get(
      '/',
      async ({ query }) => {
        const page = pageOf(query)
        const { page: _page, limit: _limit, createdFrom, createdTo, dueFrom, dueTo, ...asked } = query
        const { rows, total } = await listSubscriptions(
          parts,
          {
            ...asked,
            createdFrom: momentOf(createdFrom),
            createdTo: momentOf(createdTo),
            dueFrom: momentOf(dueFrom),
            dueTo: momentOf(dueTo),
          },
          page,
        )
        return listed(rows, page, total)
      },
      {
        access: 'admin',
        query: AdminSubscriptionsQuery,
        response: { 200: ListAnswer(ListedSubscriptionView), ...guarded() },
        detail: {
          operationId: 'admin_subscriptions',
          summary: 'Everybody’s subscriptions',
          description:
            'A text that is looked for finds the newest 100 people who have it, and their subscriptions. With a range of what is due, or in that order, only live ones are listed; further conditions are looked at in the first 5,000 of them.',
        },
      },
    )
    .get('/statistics', async () => ok(await subscriptionStatistics(parts)), {
      access: 'admin',
      response: { 200: Answer(SubscriptionStatisticsView), ...guarded() },
      detail: { operationId: 'admin_subscription_statistics', summary: 'How the subscriptions stand, and what recurs' },
    })
    .get(
      '/:id',
      async ({ params, request }) => {
        const view = await getSubscriptionDetail(parts, params.id)
        return ok({ ...view, instance: view.instance && speakInstance(view.instance, localeOf(request)) })
      },
      {
        access: 'admin',
        params: SubscriptionId,
        response: { 200: Answer(SubscriptionDetailView), ...guarded('NOT_FOUND') },
        detail: {
          operationId: 'admin_subscription',
          summary: 'One subscription with its customer, app, charges and history',
        },
      },
    )
    .get(
      '/:id/timeline',
      async ({ params, query }) => {
        const page = pageOf(query, mostEvents)
        const { events, total } = await subscriptionTimeline(parts.db.read, params.id, page)
        return listed(events, page, total)
      },
      {
        access: 'admin',
        params: SubscriptionId,
        query: TimelineQuery,
        response: { 200: ListAnswer(TimelineEventView), ...guarded('NOT_FOUND') },
        detail: {
          operationId: 'admin_subscription_timeline',
          summary: 'All that has happened to a subscription, newest first',
          description:
            'What people and the system did to it and to its app, what was paid and given back, and what its owner was told; up to 1,000 events.',
        },
      },
    )
