import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { once } from '../../http/idempotency'
import { Answer, guarded, ok } from '../../http/schema'
import type { Parts } from '../../parts'
import { SubscriptionId, SubscriptionView } from './schema'
import { upgradeSubscription } from './upgrade'
import { listUpgradeOptions } from './upgrade-options'
import { UpgradeInput, UpgradeOptionView } from './upgrade-schema'
import { readGroundFor } from './upgrade-storage'

export const upgradeRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/subscriptions/:id', tags: ['Subscriptions'] })
    .use(accessControl(parts.authenticate))
    .get('/upgrade-options', async ({ actor, params }) => ok(await listUpgradeOptions(parts, actor, params.id)), {
      access: 'customer',
      params: SubscriptionId,
      response: { 200: Answer(t.Array(UpgradeOptionView)), ...guarded('NOT_FOUND') },
      detail: {
        operationId: 'subscriptions_upgrade_options',
        summary: 'The other plans of the service, and what each would cost now',
        description:
          'Lower plans are shown as well (`direction: downgrade`): within a period only a higher one can be taken, a lower one is booked for the next (`POST …/scheduled-change`). A plan with more storage is not possible where the app’s storage class can’t grow.',
      },
    })
    .post(
      '/upgrade',
      async ({ actor, params, body, request }) => {
        const ground = await readGroundFor(parts, parts.db.read, actor, params.id, body.planId)
        return once(parts, { request, actor, body }, 200, (tx) =>
          upgradeSubscription(parts, tx, actor, params.id, body.planId, ground),
        )
      },
      {
        access: 'customer',
        params: SubscriptionId,
        body: UpgradeInput,
        response: {
          200: Answer(SubscriptionView),
          ...guarded(
            'NOT_FOUND',
            'INVALID_STATE',
            'INVALID_PLAN',
            'INSUFFICIENT_RESOURCES',
            'INSUFFICIENT_BALANCE',
            'QUOTA_EXCEEDED',
            'CLUSTER_UNAVAILABLE',
            'IDEMPOTENCY_CONFLICT',
          ),
        },
        detail: {
          operationId: 'subscriptions_upgrade',
          summary: 'Go to a higher plan now',
          description:
            'Charges the difference for the rest of what is paid, and restarts the app at its new size. Until it runs there `pendingUpgrade` is set; if it can’t run there, or is stopped or ended before, all of it is taken back: plan, price, slot, size and money.',
        },
      },
    )
