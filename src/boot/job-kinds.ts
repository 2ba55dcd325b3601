import { createLinkOf, createUnsubscribeLinkOf, resetLinkJob } from '../features/accounts'
import { endTrialJob } from '../features/app-templates'
import { finishClosingJob, forgetClosingNoticeJob } from '../features/closing'
import { rolloutJob } from '../features/instances'
import { deliverMailJobs } from '../features/mails'
import { announceTermsJob, assertMayUpdate } from '../features/subscriptions'
import { notificationJob, refundJob } from '../features/top-ups'
import type { Parts } from '../parts'
import type { JobKind } from '../queue'

/** The one table of what the queue can do; what happens by the clock is in schedules.ts. */
export const jobKinds = (parts: Parts): JobKind[] => [
  ...deliverMailJobs(parts, createLinkOf(parts), createUnsubscribeLinkOf(parts)),
  resetLinkJob(parts),
  finishClosingJob(parts),
  forgetClosingNoticeJob(parts),
  notificationJob(parts),
  refundJob(parts),
  rolloutJob(parts, assertMayUpdate),
  endTrialJob(parts),
  announceTermsJob(parts),
]
