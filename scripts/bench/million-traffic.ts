import { templates } from '../../src/features/mails/texts'
import { day, hour, minute } from '../../src/lib/clock'
import type { BulkLoad } from './bulk-load'
import type { AuditLog } from './million-audit'
import type { Random } from './random'

const refreshesEach = 3
const sessionMs = 30 * day
const codesEach = 10
const jobKinds = ['mail.deliver', 'payment.notification', 'top-ups.poll', 'subscriptions.due']
const templateNames = ['app-ready', 'top-up-received', 'subscription-cancelled', 'password-changed'] as const
const acts = ['instance.stop', 'instance.start', 'session.end', 'subscription.auto-renew']
const filler = 'x'.repeat(200)

/** What requests, jobs and mails leave behind, beside the books: as if nothing had ever been forgotten. */
export class Traffic {
  #count = 0

  constructor(
    private readonly load: BulkLoad,
    private readonly random: Random,
    private readonly audit: AuditLog,
    private readonly seal: ((userId: string) => string) | undefined,
  ) {}

  /** Somebody signs in, does something under an idempotency key, and is written to. */
  visit(userId: string, atMs: number): void {
    const count = ++this.#count
    this.#signIn(userId, atMs)
    this.#mail(userId, atMs)
    this.#job(atMs)
    this.load.add('idempotency_keys', {
      actor_id: userId,
      key: `key-${count}`,
      fingerprint: 'f'.repeat(43),
      status: 201,
      body: filler,
      created_at: atMs,
    })
    const action = acts[this.random.below(acts.length)]!
    const target = { targetKind: 'instance', targetId: userId }
    this.audit.tell({ actor: { kind: 'user', id: userId }, action, ...target, atMs })
    if (count % 4 === 0) this.#link(userId, atMs)
    if (count % 8 === 0) this.#apiToken(userId, atMs)
  }

  /** Two-factor, as a customer turns it on once. */
  turnOnTwoFactor(userId: string, atMs: number): void {
    this.load.add('two_factors', {
      user_id: userId,
      sealed_secret: this.seal?.(userId) ?? '',
      created_at: atMs,
      enabled_at: atMs,
    })
    for (let code = 0; code < codesEach; code++) {
      this.load.add('recovery_codes', { hash: this.random.id('code', atMs), user_id: userId, created_at: atMs })
    }
  }

  #signIn(userId: string, atMs: number): void {
    const id = this.random.id('ses', atMs)
    const ended = this.random.next() < 0.3
    this.load.add('sessions', {
      id,
      user_id: userId,
      address: '192.0.2.7',
      user_agent: 'A browser with a name of some length',
      created_at: atMs,
      last_used_at: atMs + minute,
      expires_at: atMs + sessionMs,
      revoked_at: ended ? atMs + hour : null,
      revoked_reason: ended ? 'logout' : null,
    })
    for (let step = 0; step < refreshesEach; step++) {
      this.load.add('refresh_tokens', {
        hash: this.random.id('hash', atMs),
        session_id: id,
        created_at: atMs + step * 15 * minute,
        used_at: step < refreshesEach - 1 ? atMs + (step + 1) * 15 * minute : null,
      })
    }
  }

  #mail(userId: string, atMs: number): void {
    const failed = this.random.next() < 0.01
    const template = templateNames[this.random.below(templateNames.length)]!
    this.load.add('mails', {
      id: this.random.id('mail', atMs),
      key: `occasion:${this.#count}`,
      user_id: userId,
      recipient: `${userId}@example.com`,
      template,
      locale: 'id',
      data: JSON.stringify({ name: 'Siti Rahayu', ...templates[template].example }),
      status: failed ? 'FAILED' : 'SENT',
      attempts: 1,
      error: failed ? 'refused' : null,
      created_at: atMs,
      sent_at: failed ? null : atMs + minute,
    })
  }

  #job(atMs: number): void {
    const id = this.random.id('job', atMs)
    const dead = this.random.next() < 0.01
    this.load.add('jobs', {
      id,
      kind: jobKinds[this.random.below(jobKinds.length)]!,
      key: id,
      payload: '{}',
      status: dead ? 'DEAD' : 'DONE',
      run_at: atMs,
      attempts: 1,
      lease: 1,
      last_error: dead ? 'Error: refused' : null,
      created_at: atMs,
      finished_at: atMs + minute,
    })
  }

  #link(userId: string, atMs: number): void {
    this.load.add('account_tokens', {
      id: this.random.id('lnk', atMs),
      user_id: userId,
      purpose: 'RESET_PASSWORD',
      hash: this.random.id('hash', atMs),
      email: `${userId}@example.com`,
      created_at: atMs,
      expires_at: atMs + hour,
      used_at: atMs + minute,
    })
  }

  #apiToken(userId: string, atMs: number): void {
    this.load.add('api_tokens', {
      id: this.random.id('tok', atMs),
      user_id: userId,
      name: 'script',
      hash: this.random.id('hash', atMs),
      prefix: 'mpt_abcd',
      scopes: '["wallet:read"]',
      created_at: atMs,
      expires_at: atMs + 90 * day,
      revoked_at: this.random.next() < 0.5 ? atMs + hour : null,
    })
  }
}
