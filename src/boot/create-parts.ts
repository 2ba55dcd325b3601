import type { Registry } from 'prom-client'
import type { Config } from '../config'
import { AccessTokens, createAuthenticate, type PasswordCost, Passwords } from '../features/accounts'
import { Denials } from '../features/audit'
import { countClusterCalls } from '../features/operations'
import { EventStreams } from '../http/event-stream'
import type { RateLimits } from '../http/rate-limit'
import { Attempts } from '../http/rate-limit-attempts'
import { rateLimited } from '../http/rate-limited'
import { createKube } from '../kube'
import type { Clock, Movable } from '../lib/clock'
import type { Logger } from '../lib/log'
import type { Pace } from '../lib/pace'
import { createSealer } from '../lib/seal'
import type { MailSender } from '../mail-senders'
import type { Parts } from '../parts'
import { createQueue, createSchedules } from '../queue'
import { createReconciler } from '../reconcile'
import type { ClusterPart } from './cluster-part'
import { createMailSender } from './mail-part'
import type { PaymentPart } from './payment-part'
import type { Store } from './store'

interface Foundation extends Store {
  config: Config
  clock: Clock
  sandbox: Movable | undefined
  ticks?: () => number
  passwordCost?: PasswordCost
  log: Logger
  registry: Registry
  limits: RateLimits
  pace: Pace
  publicUrl: string
  cluster: ClusterPart
  payments: PaymentPart
  /** In the place of what is configured. */
  mailSender?: MailSender
}

/** What a verb may need, made of what is open by now. Nothing runs yet. */
export function createParts(foundation: Foundation): Parts {
  const { config, clock, log, db, secrets, registry, limits, publicUrl, cluster, payments } = foundation
  const { platform } = cluster
  const pace = () => foundation.pace.wait()
  const kube = createKube(cluster.connection, { onCall: countClusterCalls({ registry }) })
  const tokens = new AccessTokens(secrets.signing, clock)
  const queue = createQueue({ db, clock, log, registry, pace })
  return {
    config,
    clock,
    sandbox: foundation.sandbox,
    log,
    db,
    registry,
    publicUrl,
    platform,
    kube,
    tokens,
    passwords: new Passwords(foundation.passwordCost),
    sealing: secrets.sealing,
    sealer: createSealer(secrets.sealing),
    payments: payments.gateway,
    mailSender: foundation.mailSender ?? createMailSender({ config, log, publicUrl }),
    streams: new EventStreams({ clock }),
    authenticate: rateLimited(createAuthenticate({ db, clock, log, tokens }), limits),
    attempts: new Attempts({ factor: config.rateLimits, now: foundation.ticks }),
    queue,
    schedules: createSchedules({ db, clock, log, queue, timeZone: config.billingTimeZone }),
    denials: new Denials({ db, clock, log }),
    reconciler: createReconciler({ kube, platform, clock, log, registry, pace }),
  }
}
