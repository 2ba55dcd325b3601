import { Registry } from 'prom-client'
import { createApp } from '../app'
import type { Config } from '../config'
import { databaseUrlOf } from '../config/database-url'
import { choosePorts } from '../data-dir/ports'
import { loadSecrets, openDataDir } from '../data-dir/secrets'
import { lockDataDir } from '../data-dir/serve-lock'
import { openDatabase } from '../db'
import { migrate } from '../db/migrate'
import {
  AccessTokens,
  createAuthenticate,
  createLinkOf,
  ensureFirstAdmin,
  type FirstAdmin,
  forgetOldApiTokens,
  forgetOldLinks,
  forgetOldSessions,
  resetLinkJob,
} from '../features/accounts'
import { Denials } from '../features/audit'
import { verifyAside } from '../features/books/verify-aside'
import { seedIfEmpty } from '../features/catalog'
import { finishClosingJob, forgetFarewellJob } from '../features/closing'
import { createInstanceSource } from '../features/instances'
import { assertKeysAreHere, keepRewrapped } from '../features/key-rotation'
import { deliverMailJob } from '../features/mails'
import { countClusterCalls, registerFigures } from '../features/operations'
import { endDueSubscriptions, purgeEndedInstances } from '../features/subscriptions'
import { notificationJob, pollPendingTopUps, refundJob } from '../features/top-ups'
import { type AccessLog, noAccessLog } from '../http/access-log'
import { EventStreams } from '../http/event-stream'
import { HttpMetrics } from '../http/http-metrics'
import { type Listener, listen } from '../http/listener'
import { RateLimits } from '../http/rate-limit'
import { Attempts } from '../http/rate-limit-attempts'
import { rateLimited } from '../http/rate-limited'
import { TrustedProxies } from '../http/trusted-proxies'
import { createKube } from '../kube'
import { type Clock, systemClock } from '../lib/clock'
import type { Logger } from '../lib/log'
import { createPace } from '../lib/pace'
import { createSealer } from '../lib/seal'
import { createKeptSender, createResendSender } from '../mail-senders'
import type { Parts } from '../parts'
import { createQueue } from '../queue'
import { createReconciler } from '../reconcile'
import { startSchedules } from '../schedules'
import { type ClusterPart, openCluster } from './cluster-part'
import { openPayments, type PaymentPart } from './payment-part'

/** How long requests, jobs and reconciliations under way may take to end. */
const drainMs = 10_000

export interface System {
  url: string
  parts: Parts & { tokens: AccessTokens }
  cluster: ClusterPart
  payments: PaymentPart
  /** Set by the very first start on a database. */
  firstAdmin: FirstAdmin | undefined
  /** Tells the streams, lets what is under way end, and lets everything go. */
  close(): Promise<void>
}

export interface BootOptions {
  log: Logger
  accessLog?: AccessLog
  clock?: Clock
}

/** Builds the running system. Only here is chosen between a real part and its embedded stand-in. */
export async function boot(config: Config, options: BootOptions): Promise<System> {
  const undo: (() => unknown)[] = []
  try {
    return await build(config, { clock: systemClock, accessLog: noAccessLog, ...options }, undo)
  } catch (fault) {
    for (const step of undo.reverse()) await step()
    throw fault
  }
}

async function build(
  config: Config,
  { log, accessLog, clock }: Required<BootOptions>,
  undo: (() => unknown)[],
): Promise<System> {
  openDataDir(config.dataDir)
  const unlock = lockDataDir(config.dataDir)
  undo.push(unlock)
  keepLoopbackOffProxies()
  const secrets = loadSecrets(config, (error) => log.error({ err: error }, 'the keys in DATA_DIR can’t be read again'))
  const location = { url: databaseUrlOf(config), authToken: config.databaseAuthToken }
  await migrate(location)
  const db = await openDatabase({ ...location, report: (error) => log.error({ err: error }, 'after a commit') })
  undo.push(() => db.close())
  await assertKeysAreHere(db, secrets.sealing, config.dataDir)

  let listener: Listener | undefined
  const ports = await choosePorts(config.dataDir, config.port)
  const publicUrl = () => config.publicUrl ?? listener?.url ?? `http://localhost:${config.port}`
  const cluster = await openCluster(config, ports.apps)
  undo.push(() => cluster.close())
  const payments = await openPayments(config, secrets, {
    port: ports.gateway,
    clock,
    publicUrl,
    ownUrl: () => (listener ? `http://127.0.0.1:${listener.port}` : null),
  })
  undo.push(() => payments.close())

  const registry = new Registry()
  const pace = createPace(() => listener?.lastCrowd() ?? Number.NEGATIVE_INFINITY)
  const wait = () => pace.wait()
  const queue = createQueue({ db, clock, log, registry, pace: wait })
  const kube = createKube(cluster.connection, { onCall: countClusterCalls({ registry }) })
  const streams = new EventStreams({ clock })
  const tokens = new AccessTokens(secrets.signing, clock)
  const limits = new RateLimits({ factor: config.rateLimits })
  // One object for everybody: what is known only later (the reconciler, our own address) is filled in where it stands.
  const parts = {
    config,
    clock,
    log,
    db,
    queue,
    kube,
    streams,
    tokens,
    registry,
    sealing: secrets.sealing,
    sealer: createSealer(secrets.sealing),
    platform: cluster.platform,
    payments: payments.gateway,
    mailSender: mailSenderOf(config),
    authenticate: rateLimited(createAuthenticate({ db, clock, log, tokens }), limits),
    attempts: new Attempts({ factor: config.rateLimits }),
    publicUrl: publicUrl(),
  } as System['parts']
  const source = createInstanceSource(parts)
  const reconciler = createReconciler({ kube, source, platform: cluster.platform, clock, log, registry, pace: wait })
  parts.reconciler = reconciler

  registerFigures(parts)
  await seedIfEmpty(parts)
  const firstAdmin = await ensureFirstAdmin(parts)
  queue.register(deliverMailJob(parts, createLinkOf(parts)))
  queue.register(resetLinkJob(parts))
  queue.register(finishClosingJob(parts))
  queue.register(forgetFarewellJob(parts))
  queue.register(notificationJob(parts))
  queue.register(refundJob(parts))
  const schedules = startSchedules(parts, {
    pollTopUps: (signal) => pollPendingTopUps(parts, signal),
    endDueSubscriptions: (signal) => endDueSubscriptions(parts, signal).finally(() => purgeEndedInstances(parts)),
    resyncCluster: () => reconciler.resync(),
    forgetOldSessions: async (signal) => {
      await forgetOldSessions(parts, signal)
      await forgetOldLinks(parts, signal)
      await forgetOldApiTokens(parts, signal)
    },
    rewrapSealed: keepRewrapped(parts),
    checkLedger: (signal) => verifyAside(parts, signal),
  })
  undo.push(() => schedules.stop())

  let closing = false
  const denials = new Denials({ db, clock, log })
  const app = createApp(Object.assign(parts, { schedules, denials, isClosing: () => closing }))
  limits.learn(app.routes)
  listener = listen(app, {
    port: config.port,
    host: config.host,
    log,
    accessLog,
    metrics: new HttpMetrics(registry),
    limits,
    proxies: new TrustedProxies(config.trustedProxies),
    origins: config.corsOrigins,
    https: config.publicUrl?.startsWith('https:'),
  })
  parts.publicUrl = publicUrl()
  const { close } = listener
  queue.start()
  reconciler.start()

  return {
    url: listener.url,
    parts,
    cluster,
    payments,
    firstAdmin,
    close: async () => {
      if (closing) return
      closing = true
      streams.closeAll('the server is shutting down')
      schedules.stop()
      // Meanwhile requests are still answered, /readyz with 503: who sends them here learns of it before they are refused.
      await Promise.all([queue.stop(drainMs), reconciler.stop()])
      await close(drainMs)
      await denials.flush()
      pace.stop()
      kube.close()
      await payments.close()
      await cluster.close()
      await db.close()
      unlock()
    },
  }
}

const mailSenderOf = (config: Config) =>
  config.resendApiKey
    ? createResendSender({ apiKey: config.resendApiKey, baseUrl: config.resendBaseUrl, from: config.mailFrom })
    : createKeptSender()

/** The embedded parts are on this machine: a proxy of the environment has no business with them. */
function keepLoopbackOffProxies(): void {
  const known = process.env.NO_PROXY ?? process.env.no_proxy ?? ''
  if (known.includes('127.0.0.1')) return
  process.env.NO_PROXY = [known, '127.0.0.1', 'localhost'].filter(Boolean).join(',')
}
