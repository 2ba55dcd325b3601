import type { AnyElysia } from 'elysia'
import { Registry } from 'prom-client'
import { createApp } from '../app'
import { type Config, keepLoopbackOffProxies } from '../config'
import { keepPorts, wishedPorts } from '../data-dir/ports'
import { assertClockNeverMoved, SandboxClock } from '../data-dir/sandbox-clock'
import { ensureFirstAdmin, type FirstAdmin, type PasswordCost } from '../features/accounts'
import { startHeartbeat } from '../features/downtime'
import { registerFigures } from '../features/operations'
import { type AccessLog, noAccessLog } from '../http/access-log'
import { listenForFigures } from '../http/figures'
import { HttpMetrics } from '../http/http-metrics'
import { type Handle, type Listener, listen } from '../http/listener'
import { RateLimits } from '../http/rate-limit'
import { TrustedProxies } from '../http/trusted-proxies'
import { type Clock, type Movable, systemClock } from '../lib/clock'
import type { Logger } from '../lib/log'
import { createPace } from '../lib/pace'
import type { Parts } from '../parts'
import { type ClusterPart, openCluster } from './cluster-part'
import { createParts } from './create-parts'
import { openPayments, type PaymentPart } from './payment-part'
import { openStore, type Store } from './store'
import { beginWork, furnishDatabase, takeOver } from './take-over'
import { letGo, type Undo } from './undo'
import { adminWarnings, assertStandInsAreMeant, isSandbox, tellWarnings, type Warning, warningsOf } from './warnings'

/** How long requests, jobs and reconciliations under way may take to end. */
const drainMs = 10_000
/** So often is looked whether the data directory is still there. */
const lookEveryMs = 250

export interface System {
  url: string
  /** Where the figures are, if they have a port of their own. */
  metricsUrl: string | undefined
  parts: Parts
  cluster: ClusterPart
  payments: PaymentPart
  /** Set by the very first start on a database. */
  firstAdmin: FirstAdmin | undefined
  /** What the start went on in spite of. */
  warnings: Warning[]
  /** Tells the streams, lets what is under way end, and lets everything go. */
  close(): Promise<void>
}

export interface BootOptions {
  log: Logger
  accessLog?: AccessLog
  clock?: Clock
  /** What rate limits count by: milliseconds of a clock that is never set back. */
  ticks?: () => number
  passwordCost?: PasswordCost
  /** Stands between the port and the app, and sees what goes either way. */
  around?: (app: AnyElysia) => Handle
  /** Ends a start that is under way: boot() rejects with its reason, and everything is let go. */
  signal?: AbortSignal
  /** Hears of the first administrator just before it is committed: whoever exists has been told, however the start ends. */
  tellFirstAdmin?: (admin: FirstAdmin) => void
  /** The data directory was taken away: nothing can be saved any more, and the process should end. */
  onGone?: () => void
}

const defaults = {
  accessLog: noAccessLog,
  signal: new AbortController().signal,
  tellFirstAdmin: () => {},
  onGone: () => {},
}

/** Builds the running system. Only here is chosen between a real part and its embedded stand-in. */
export async function boot(config: Config, options: BootOptions): Promise<System> {
  const undo: Undo = []
  try {
    return await build(config, { ...defaults, ...options }, undo)
  } catch (fault) {
    await letGo(undo).catch((error) => options.log.error({ err: error }, 'not everything could be let go'))
    throw fault
  }
}

type Chosen = BootOptions & Required<Omit<BootOptions, 'ticks' | 'passwordCost' | 'around' | 'clock'>>

async function build(config: Config, options: Chosen, undo: Undo): Promise<System> {
  const { log, ticks, passwordCost, signal, around = (app) => app.fetch } = options
  keepLoopbackOffProxies()
  assertStandInsAreMeant(config)
  // Before anything is made: a port that is taken is the commonest mistake of a first start, and it must leave nothing behind.
  const edge = openEdge(config, options, undo)
  const { listener } = edge
  const { clock, sandbox } = chooseClock(config, options)
  const store = await openStore(config, { clock, log }, undo)
  await letSignalsIn(signal)
  const ports = wishedPorts(config.dataDir, config.port)
  const publicUrl = config.publicUrl ?? listener.url
  const cluster = await openCluster(config, ports.apps)
  undo.push(() => cluster.close())
  const ownUrl = `http://127.0.0.1:${listener.port}`
  const payments = await openPayments(config, store.secrets, { port: ports.gateway, clock, publicUrl, ownUrl })
  undo.push(() => payments.close())

  const parts = createParts({
    ...store,
    ...edge,
    config,
    clock,
    sandbox,
    ticks,
    passwordCost,
    log,
    publicUrl,
    cluster,
    payments,
  })
  undo.push(() => parts.kube.close())
  registerFigures(parts)
  await furnishDatabase(parts)
  let closing = false
  const app = createApp(parts, () => closing)
  await letSignalsIn(signal)
  keepPorts(config.dataDir, { gateway: payments.port, apps: cluster.port })
  const firstAdmin = await ensureFirstAdmin(parts, options.tellFirstAdmin)
  const warnings = [
    ...warningsOf(config, publicUrl),
    ...store.warnings,
    ...(firstAdmin ? [] : await adminWarnings(parts)),
  ]
  tellWarnings(parts, warnings)
  await takeOver(parts, store.savedAt, undo)
  listener.serve(around(app), app.routes)
  begin(parts)
  undo.push(startHeartbeat(parts))
  undo.push(() => parts.schedules.stop())
  undo.push(watch(store, options.onGone))

  const close = async () => {
    if (closing) return
    closing = true
    await drain(parts, listener)
    await letGo(undo)
  }
  return { url: listener.url, metricsUrl: edge.metricsUrl, parts, cluster, payments, firstAdmin, warnings, close }
}

/** A clock that can be moved, where nothing real would be told a wrong time. @throws AppError CONFIG_FAILED */
function chooseClock(config: Config, { clock }: Chosen): { clock: Clock; sandbox: Movable | undefined } {
  if (clock) return { clock, sandbox: undefined }
  if (isSandbox(config)) {
    const sandbox = new SandboxClock(config.dataDir)
    return { clock: sandbox, sandbox }
  }
  assertClockNeverMoved(config.dataDir)
  return { clock: systemClock, sandbox: undefined }
}

/** The open port, and what counts and bounds those who come in by it. */
function openEdge(config: Config, { log, accessLog, ticks }: Chosen, undo: Undo) {
  const registry = new Registry()
  const limits = new RateLimits({ factor: config.rateLimits, now: ticks })
  const listener = listen({
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
  undo.push(() => listener.close(0))
  const metricsUrl = openFiguresPort(config, registry, undo)
  const pace = createPace(() => listener.lastCrowd())
  undo.push(() => pace.stop())
  return { registry, limits, listener, pace, metricsUrl }
}

function openFiguresPort({ metricsPort, metricsToken, host }: Config, registry: Registry, undo: Undo) {
  if (metricsPort === undefined) return undefined
  const { port, close } = listenForFigures({ registry, token: metricsToken }, metricsPort, host)
  undo.push(close)
  return `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}/metrics`
}

/** A signal is heard only between two turns of the event loop. */
async function letSignalsIn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  signal.throwIfAborted()
}

function watch({ isGone }: Store, onGone: () => void): () => void {
  const look = setInterval(() => {
    if (!isGone()) return
    clearInterval(look)
    onGone()
  }, lookEveryMs)
  return () => clearInterval(look)
}

function begin(parts: Parts): void {
  const { schedules, log } = parts
  schedules.start().catch((error) => log.error({ err: error }, 'the schedules could not be started'))
  beginWork(parts)
}

/** Meanwhile requests are still answered, /readyz with 503: who sends them here learns of it before they are refused. */
async function drain({ streams, schedules, queue, reconciler, denials }: Parts, listener: Listener): Promise<void> {
  streams.closeAll('the server is shutting down')
  schedules.stop()
  await Promise.all([queue.stop(drainMs), reconciler.stop()])
  await listener.close(drainMs)
  await denials.flush()
}
