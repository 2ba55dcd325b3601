import { Elysia } from 'elysia'
import { accessControl } from '../../../http/access'
import { Answer, guarded } from '../../../http/schema'
import { notFound } from '../../../lib/errors'
import type { Parts } from '../../../parts'
import { findSubscription } from '../read'
import { SubscriptionId, SubscriptionView } from '../schema'
import { readGroundOf } from '../upgrade-storage'
import { actOrPreview } from './act-or-preview'
import {
  ActReasonInput,
  DoneOrPreviewed,
  ExtendInput,
  ForcedUpgradeInput,
  GrantInput,
  PreviewQuery,
  SubscriptionPreviewView,
  SuspendInput,
} from './act-schema'
import {
  expireSubscription,
  grantSubscription,
  restoreForCustomer,
  resumeForCustomer,
  suspendForCustomer,
  upgradeForCustomer,
} from './acts'
import { extendSubscription } from './extend'

const idOf = ({ id }: { id: string }): string => id

/** What an administrator does to a subscription for its customer. */
export const adminActRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/admin/subscriptions', tags: ['Subscriptions'] })
    .use(accessControl(parts.authenticate))
    .post(
      '/',
      (call) => actOrPreview(parts, call, 201, (tx) => grantSubscription(parts, tx, call.actor, call.body), idOf),
      {
        access: 'admin',
        query: PreviewQuery,
        body: GrantInput,
        response: {
          200: Answer(SubscriptionPreviewView),
          201: Answer(SubscriptionView),
          ...guarded(
            'NOT_FOUND',
            'INVALID_STATE',
            'INVALID_PLAN',
            'QUOTA_EXCEEDED',
            'DUPLICATE_SUBSCRIPTION',
            'INSUFFICIENT_RESOURCES',
            'IDEMPOTENCY_CONFLICT',
          ),
        },
        detail: {
          operationId: 'admin_grant_subscription',
          summary: 'Give a customer a subscription whose first period is free',
          description:
            'It takes a slot and deploys the app like any other. Nothing is charged, and so nothing is ever refunded for it. Afterwards it is renewed at the price of its plan, or ends (`renews`). The customer is told by mail.',
        },
      },
    )
    .post(
      '/:id/upgrade',
      async (call) => {
        const { actor, params, body } = call
        const found = await findSubscription(parts.db.read, params.id)
        if (!found) throw notFound('Subscription')
        const ground = await readGroundOf(parts, parts.db.read, found, body.planId)
        const order = { ...body, ground }
        return actOrPreview(parts, call, 200, (tx) => upgradeForCustomer(parts, tx, actor, params.id, order), idOf)
      },
      {
        access: 'admin',
        params: SubscriptionId,
        query: PreviewQuery,
        body: ForcedUpgradeInput,
        response: {
          200: Answer(DoneOrPreviewed),
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
          operationId: 'admin_upgrade_subscription',
          summary: 'Take a customer’s subscription to a higher plan now',
          description:
            'As the customer could: the difference for the rest of what is paid leaves their wallet, or nothing with `bonus`. From the next renewal on it costs what the plan costs. If the app can’t run at its new size, all of it is taken back.',
        },
      },
    )
    .post(
      '/:id/extend',
      (call) =>
        actOrPreview(
          parts,
          call,
          200,
          (tx) => extendSubscription(parts, tx, call.actor, call.params.id, call.body),
          idOf,
        ),
      {
        access: 'admin',
        params: SubscriptionId,
        query: PreviewQuery,
        body: ExtendInput,
        response: { 200: Answer(DoneOrPreviewed), ...guarded('NOT_FOUND', 'INVALID_STATE', 'IDEMPOTENCY_CONFLICT') },
        detail: {
          operationId: 'admin_extend_subscription',
          summary: 'Move the end of what is paid, free of charge',
          description:
            'By `days`, counted from the end of what is paid or from now where that is over, or `until` a time. The periods after it count from there. What is overdue, or suspended for being unpaid, goes on. The customer is told by mail.',
        },
      },
    )
    .post(
      '/:id/expire',
      (call) =>
        actOrPreview(
          parts,
          call,
          200,
          (tx) => expireSubscription(parts, tx, call.actor, call.params.id, call.body.reason),
          idOf,
        ),
      {
        access: 'admin',
        params: SubscriptionId,
        query: PreviewQuery,
        body: ActReasonInput,
        response: { 200: Answer(DoneOrPreviewed), ...guarded('NOT_FOUND', 'INVALID_STATE', 'IDEMPOTENCY_CONFLICT') },
        detail: {
          operationId: 'admin_expire_subscription',
          summary: 'End a subscription as if it had lapsed',
          description:
            'Its slot is free, the app stops, and its data is kept for the restore window. Nothing is refunded, unless the app was never ready: then all is.',
        },
      },
    )
    .post(
      '/:id/suspend',
      (call) =>
        actOrPreview(
          parts,
          call,
          200,
          (tx) => suspendForCustomer(parts, tx, call.actor, call.params.id, call.body.reason),
          idOf,
        ),
      {
        access: 'admin',
        params: SubscriptionId,
        query: PreviewQuery,
        body: SuspendInput,
        response: { 200: Answer(DoneOrPreviewed), ...guarded('NOT_FOUND', 'INVALID_STATE', 'IDEMPOTENCY_CONFLICT') },
        detail: {
          operationId: 'admin_suspend_subscription',
          summary: 'Stop an app until an administrator lets it go on',
          description:
            'The data and the slot are kept, nothing is renewed, and what is paid stands still. The customer is told by mail, with the reason.',
        },
      },
    )
    .post(
      '/:id/resume',
      (call) =>
        actOrPreview(
          parts,
          call,
          200,
          (tx) => resumeForCustomer(parts, tx, call.actor, call.params.id, call.body.reason),
          idOf,
        ),
      {
        access: 'admin',
        params: SubscriptionId,
        query: PreviewQuery,
        body: ActReasonInput,
        response: { 200: Answer(DoneOrPreviewed), ...guarded('NOT_FOUND', 'INVALID_STATE', 'IDEMPOTENCY_CONFLICT') },
        detail: {
          operationId: 'admin_resume_subscription',
          summary: 'Let an app go on that an administrator has suspended',
          description:
            'What is paid is prolonged by the time in which it stood still. An app that its owner had stopped before stays stopped.',
        },
      },
    )
    .post(
      '/:id/restore',
      (call) =>
        actOrPreview(
          parts,
          call,
          200,
          (tx) => restoreForCustomer(parts, tx, call.actor, call.params.id, call.body.reason),
          idOf,
        ),
      {
        access: 'admin',
        params: SubscriptionId,
        query: PreviewQuery,
        body: ActReasonInput,
        response: {
          200: Answer(DoneOrPreviewed),
          ...guarded(
            'NOT_FOUND',
            'INVALID_STATE',
            'QUOTA_EXCEEDED',
            'DUPLICATE_SUBSCRIPTION',
            'INSUFFICIENT_BALANCE',
            'IDEMPOTENCY_CONFLICT',
          ),
        },
        detail: {
          operationId: 'admin_restore_subscription',
          summary: 'Bring back what has ended, while its data is kept',
          description:
            'A new period from now, at the price of its plan, paid from the customer’s wallet; the app with its data as it was.',
        },
      },
    )
