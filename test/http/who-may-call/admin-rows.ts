import type { House } from './house'
import type { Call, Row, Rows } from './row'
import { chargeOfOwner } from './wallet-rows'

const reason = 'asked for by phone'
const schedule: Row = { call: () => ({ params: { name: 'old-rows.forget' } }) }
const kindOfJobs: Row = { call: () => ({ params: { kind: 'template.trial-end' } }) }

const ofMain: Row = { call: ({ main }) => ({ params: { id: main.subscriptionId } }) }

const toSomebody = (body: object): Row => ({
  call: async (house) => ({ params: { id: (await house.somebody()).id }, body }),
})

/** An app that is active, after something was done to it. */
const toActive = (before?: string, body: object = {}): Row => ({
  call: async (house) => {
    const { subscriptionId: id } = await house.apps.active()
    if (before) await house.admin.post(`/admin/subscriptions/${id}/${before}`, body)
    return { params: { id }, body: { reason } }
  },
})

async function upgradeOfRunning({ apps, owner }: House): Promise<Call> {
  const { subscriptionId: id } = await apps.running()
  const { body } = await owner.get(`/subscriptions/${id}/upgrade-options`)
  const options = body.data as { direction: string; possible: boolean; plan: { id: string } }[]
  const higher = options.find(({ direction, possible }) => direction === 'upgrade' && possible)!
  return { params: { id }, body: { planId: higher.plan.id, bonus: true, reason } }
}

async function suspendedPerson(house: House): Promise<string> {
  const { id } = await house.somebody()
  await house.admin.post(`/admin/users/${id}/suspend`, { reason })
  return id
}

export const adminRows: Rows = {
  admin_users: {},
  admin_user: { call: ({ owner }) => ({ params: { id: owner.id } }) },
  admin_set_role: toSomebody({ role: 'USER', reason }),
  admin_suspend_user: toSomebody({ reason }),
  admin_unsuspend_user: { call: async (house) => ({ params: { id: await suspendedPerson(house) }, body: { reason } }) },
  admin_receipt: chargeOfOwner,
  admin_receipt_page: chargeOfOwner,
  admin_subscriptions: {},
  admin_subscription_statistics: {},
  admin_subscription: ofMain,
  admin_subscription_timeline: ofMain,
  // One rupiah can be given back again and again.
  admin_refund_subscription: {
    call: ({ main }) => ({ params: { id: main.subscriptionId }, body: { kind: 'amount', amount: 1, reason } }),
    answers: { owner: '201', token: '201' },
  },
  admin_cancel_subscription: {
    call: async ({ apps }) => ({
      params: { id: (await apps.active()).subscriptionId },
      body: { when: 'now', reason },
    }),
  },
  admin_grant_subscription: {
    call: async (house) => ({
      body: { userId: (await house.somebody()).id, planId: await house.apps.freePlan(), renews: false, reason },
    }),
    // 200 is a preview’s.
    answers: { owner: '201', token: '201' },
  },
  admin_upgrade_subscription: { call: upgradeOfRunning },
  admin_extend_subscription: {
    call: ({ main }) => ({ params: { id: main.subscriptionId }, body: { days: 1, reason } }),
  },
  admin_expire_subscription: toActive(),
  admin_suspend_subscription: toActive(),
  admin_resume_subscription: toActive('suspend', { reason }),
  admin_restore_subscription: toActive('cancel', { when: 'now', reason }),
  admin_adjust_credit: toSomebody({ amount: 5_000, reason }),
  admin_audit: {},
  // A place in the log, not an id.
  admin_audit_entry: { call: () => ({ params: { number: 1 } }), missing: { number: 999_999 } },
  admin_mails: {},
  admin_mail: { call: async (house) => ({ params: { id: await house.mailOfOwner() } }) },
  admin_mail_suppressions: {},
  admin_lift_mail_suppression: {
    call: async (house) => ({ params: { id: await house.suppressedAddress() }, body: { reason } }),
  },
  // The templates are a closed set of words that the document lists: another word is no valid path.
  admin_preview_mail: {
    call: () => ({ params: { template: 'welcome' } }),
    answers: { missing: '422 VALIDATION_ERROR' },
  },
  admin_jobs: {},
  admin_sandbox_clock: {},
  // Of the house of this test time is not moved: its payment provider is no stand-in.
  admin_move_sandbox_clock: {
    call: () => ({ body: { advance: 'PT1S' } }),
    answers: { owner: '409 INVALID_STATE', token: '409 INVALID_STATE' },
  },
  admin_job: { call: async (house) => ({ params: { id: await house.job('QUEUED') } }) },
  admin_cancel_job: { call: async (house) => ({ params: { id: await house.job('QUEUED') } }) },
  admin_retry_job: { call: async (house) => ({ params: { id: await house.job('DEAD') } }) },
  admin_run_job: { call: async (house) => ({ params: { id: await house.job('QUEUED') } }) },
  admin_job_kinds: {},
  admin_pause_job_kind: kindOfJobs,
  admin_resume_job_kind: kindOfJobs,
  admin_schedules: {},
  admin_pause_schedule: schedule,
  admin_resume_schedule: schedule,
  admin_run_schedule: schedule,
}
