import { type AnyElysia, Elysia } from 'elysia'
import {
  accountRoutes,
  adminUserRoutes,
  apiTokenRoutes,
  createLinkOf,
  linkPageRoutes,
  mailFlowRoutes,
  twoFactorRoutes,
  unsubscribeRoutes,
} from './features/accounts'
import { adminTemplateRoutes, templateRoutes } from './features/app-templates'
import { auditRoutes } from './features/audit'
import { adminReceiptRoutes, receiptRoutes } from './features/billing'
import { capacityRoutes } from './features/capacity'
import { adminCategoryRoutes, adminServiceRoutes, catalogFileRoutes, catalogRoutes } from './features/catalog'
import { closeRoutes } from './features/closing'
import { instanceRoutes, rolloutRoutes, updateRoutes } from './features/instances'
import { jobRoutes } from './features/jobs'
import { mailNoticeRoutes, mailRoutes, suppressionRoutes } from './features/mails'
import { operationRoutes } from './features/operations'
import { sandboxRoutes } from './features/sandbox'
import {
  adminActRoutes,
  adminSubscriptionReadRoutes,
  adminSubscriptionRoutes,
  assertMayRun,
  assertMayUpdate,
  renewalRoutes,
  scheduledChangeRoutes,
  subscriptionRoutes,
  upgradeRoutes,
  usageRoutes,
} from './features/subscriptions'
import { telemetryRoutes } from './features/telemetry'
import { adminPaymentRoutes, finishedRoutes, topUpRoutes, webhookRoutes } from './features/top-ups'
import { adminVoucherRoutes, voucherRoutes } from './features/vouchers'
import { statementRoutes } from './features/wallet'
import { apiPrefix } from './http/api-path'
import { docsRoutes } from './http/docs-routes'
import { errorMapper } from './http/error-mapper'
import type { Parts } from './parts'
import { version } from './version'

/** The table of contents: the error mapper first, then every feature, each built once. The listener takes versions off the path. */
export function createApp(parts: Parts, isClosing: () => boolean): AnyElysia {
  const features = createFeatures(parts)
  return new Elysia({ name: 'minispod', handler: { standardHostname: false } })
    .use(errorMapper(parts.log, parts.denials.observe))
    .group(apiPrefix, (api) => api.use(features))
    .use(operationRoutes(parts, isClosing))
    .use(finishedRoutes(parts))
    .use(linkPageRoutes(parts))
    .use(docsRoutes(parts.authenticate, () => features, version))
}

/** Every route of the API, without its prefix: what the OpenAPI document describes. */
export function createFeatures(parts: Parts): AnyElysia {
  const features: AnyElysia[] = [
    accountRoutes(parts),
    mailFlowRoutes(parts),
    unsubscribeRoutes(parts),
    closeRoutes(parts),
    twoFactorRoutes(parts),
    apiTokenRoutes(parts),
    catalogRoutes(parts),
    catalogFileRoutes(parts),
    adminCategoryRoutes(parts),
    adminServiceRoutes(parts),
    templateRoutes(parts),
    capacityRoutes(parts),
    adminTemplateRoutes(parts),
    statementRoutes(parts),
    topUpRoutes(parts),
    adminPaymentRoutes(parts),
    webhookRoutes(parts),
    mailNoticeRoutes(parts),
    voucherRoutes(parts),
    adminVoucherRoutes(parts),
    receiptRoutes(parts),
    adminReceiptRoutes(parts),
    subscriptionRoutes(parts),
    renewalRoutes(parts),
    upgradeRoutes(parts),
    scheduledChangeRoutes(parts),
    usageRoutes(parts),
    adminSubscriptionReadRoutes(parts),
    adminSubscriptionRoutes(parts),
    adminActRoutes(parts),
    instanceRoutes(parts, assertMayRun),
    updateRoutes(parts, assertMayUpdate),
    rolloutRoutes(parts),
    telemetryRoutes(parts),
    adminUserRoutes(parts),
    auditRoutes(parts),
    mailRoutes(parts, createLinkOf(parts)),
    suppressionRoutes(parts),
    jobRoutes(parts),
    sandboxRoutes(parts),
  ]
  return features.reduce((api, feature) => api.use(feature), new Elysia() as AnyElysia)
}
