import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { once } from '../../http/idempotency'
import { localeOf } from '../../http/locale'
import { Answer, guarded, IdText, model, nullable, ok, words } from '../../http/schema'
import type { Parts } from '../../parts'
import { getOwnScheduledChange, scheduleChange, undoScheduledChange } from './schedule-change'
import { ScheduledChangeView, SubscriptionId, SubscriptionView } from './schema'
import { speakSubscription } from './view'

const ScheduledChangeInput = model(
  'ScheduledChangeInput',
  t.Object({
    planId: t.Optional(IdText),
    billingCycle: t.Optional(words('MONTHLY', 'QUARTERLY', 'YEARLY')),
  }),
)

export const scheduledChangeRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/subscriptions/:id', tags: ['Subscriptions'] })
    .use(accessControl(parts.authenticate))
    .get('/scheduled-change', async ({ actor, params }) => ok(await getOwnScheduledChange(parts, actor, params.id)), {
      access: 'customer',
      params: SubscriptionId,
      response: { 200: Answer(nullable(ScheduledChangeView)), ...guarded('NOT_FOUND') },
      detail: {
        operationId: 'subscriptions_scheduled_change',
        summary: 'The change that is booked for the next period',
        description: 'Null where none is.',
      },
    })
    .post(
      '/scheduled-change',
      ({ actor, params, body, request }) =>
        once(parts, { request, actor, body }, 201, async (tx) =>
          speakSubscription(await scheduleChange(parts, tx, actor, params.id, body), localeOf(request)),
        ),
      {
        access: 'customer',
        params: SubscriptionId,
        body: ScheduledChangeInput,
        response: {
          201: Answer(SubscriptionView),
          ...guarded(
            'NOT_FOUND',
            'INVALID_STATE',
            'INVALID_PLAN',
            'INSUFFICIENT_RESOURCES',
            'QUOTA_EXCEEDED',
            'IDEMPOTENCY_CONFLICT',
          ),
        },
        detail: {
          operationId: 'subscriptions_schedule_change',
          summary: 'Book a lower plan, another cycle, or both, for the next period',
          description:
            'Counts from the first renewal of a period that is not paid yet, at the price that is in force then; a period paid ahead moves it on. The slot of the new plan is taken then: if none is left, or the plan is retired or too small by then, the subscription is renewed as it is and its owner is told. The app gets its new size with that renewal; its volumes stay as large as they are. One change at a time, and no upgrade beside it.',
        },
      },
    )
    .delete(
      '/scheduled-change',
      async ({ actor, params, request }) => {
        const view = await parts.db.write((tx) => undoScheduledChange(parts, tx, actor, params.id))
        return ok(speakSubscription(view, localeOf(request)))
      },
      {
        access: 'customer',
        params: SubscriptionId,
        response: { 200: Answer(SubscriptionView), ...guarded('NOT_FOUND', 'INVALID_STATE') },
        detail: { operationId: 'subscriptions_undo_scheduled_change', summary: 'Take the booked change back' },
      },
    )
