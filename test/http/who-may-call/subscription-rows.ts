import type { App } from './apps'
import type { House } from './house'
import type { Call, Row, Rows } from './row'

const on = (app: App, body?: object) => ({ params: { id: app.subscriptionId }, ...(body && { body }) })
const ofMain: Row = { call: ({ main }) => on(main) }

export const subscriptionRows: Rows = {
  subscriptions_create: { call: async ({ apps }) => ({ body: { planId: await apps.freePlan() } }) },
  subscriptions_list: {},
  subscriptions_get: ofMain,
  subscriptions_metrics: ofMain,
  subscriptions_usage: ofMain,
  subscriptions_delete: { call: async ({ apps }) => on(await apps.buy()) },
  subscriptions_cancel: { call: async ({ apps }) => on(await apps.buy(), { when: 'now' }) },
  subscriptions_renew: { call: async ({ apps }) => on(await apps.running()) },
  subscriptions_policy: {},
  subscriptions_restore: { call: async ({ apps }) => on(await apps.ended()) },
  subscriptions_auto_renew: { call: ({ main }) => on(main, { autoRenew: true }) },
  subscriptions_upgrade_options: ofMain,
  subscriptions_scheduled_change: ofMain,
  subscriptions_schedule_change: { call: async ({ apps }) => on(await apps.active(), { billingCycle: 'YEARLY' }) },
  subscriptions_undo_scheduled_change: { call: bookedChange },
  subscriptions_upgrade: { call: upgradeOfRunning },
  subscriptions_stop: { call: async ({ apps }) => on(await apps.buy()) },
  subscriptions_start: { call: async ({ apps }) => on(await apps.stopped()) },
  subscriptions_restart: { call: async ({ apps }) => on(await apps.running()) },
  subscriptions_retry_provisioning: { call: async ({ apps }) => on(await apps.terminated()) },
}

async function bookedChange({ apps, owner }: House): Promise<Call> {
  const app = await apps.active()
  await owner.post(`/subscriptions/${app.subscriptionId}/scheduled-change`, { billingCycle: 'YEARLY' })
  return on(app)
}

async function upgradeOfRunning({ apps, owner }: House): Promise<Call> {
  const app = await apps.running()
  const { body } = await owner.get(`/subscriptions/${app.subscriptionId}/upgrade-options`)
  const options = body.data as { direction: string; possible: boolean; plan: { id: string } }[]
  return on(app, {
    planId: options.find(({ direction, possible }) => direction === 'upgrade' && possible)!.plan.id,
  })
}
