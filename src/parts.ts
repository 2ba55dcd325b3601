import type { Registry } from 'prom-client'
import type { Config } from './config'
import type { Database } from './db'
import type { AccessTokens, Passwords } from './features/accounts'
import type { Denials } from './features/audit'
import type { Authenticate } from './http/access'
import type { EventStreams } from './http/event-stream'
import type { Attempts } from './http/rate-limit-attempts'
import type { Kube } from './kube'
import type { Clock, Movable } from './lib/clock'
import type { KeyRing } from './lib/key-ring'
import type { Logger } from './lib/log'
import type { Sealer } from './lib/seal'
import type { MailSender } from './mail-senders'
import type { PaymentGateway } from './payments'
import type { JobQueue, Schedules } from './queue'
import type { Reconciler } from './reconcile'
import type { PlatformSpec } from './reconcile/manifests'

/** Everything a verb may need, built once by boot/. A verb names the few it takes: `Pick<Parts, 'db' | 'clock'>`. */
export interface Parts {
  config: Config
  clock: Clock
  log: Logger
  db: Database
  sealer: Sealer
  /** The sealer's keys. */
  sealing: KeyRing
  tokens: AccessTokens
  passwords: Passwords
  authenticate: Authenticate
  attempts: Attempts
  denials: Denials
  streams: EventStreams
  queue: JobQueue
  schedules: Schedules
  kube: Kube
  platform: PlatformSpec
  reconciler: Reconciler
  payments: PaymentGateway
  mailSender: MailSender
  registry: Registry
  /** Where only stand-ins run, the same clock, which can be moved. */
  sandbox: Movable | undefined
  /** Where customers reach us, without a slash at the end. */
  publicUrl: string
}
