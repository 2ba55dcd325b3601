import { FileConnection } from '../../src/db/connection'
import { bookQueries } from './book-queries'
import type { Model } from './model'

/** How the provider has an order, and for how much. */
export interface ProviderOrder {
  /** Also if it was given back since. */
  paid: boolean
  amount: number
  refunds: { key: string; amount: number }[]
}

/** The latest transaction of an order id; undefined where the provider never heard of it. */
export type AskProvider = (orderId: string) => ProviderOrder | undefined

type Row = Record<string, string | number | bigint | null>

/**
 * What a database says against the answers that were given and the provider's own word. It must stand still meanwhile; what was
 * answered after it stood still must not be in the model's facts.
 */
export class Inspection {
  readonly findings: string[] = []
  readonly #on: FileConnection

  constructor(
    path: string,
    private readonly model: Model,
    private readonly askProvider: AskProvider,
  ) {
    this.#on = new FileConnection(path, { busyTimeoutMs: 5_000 })
  }

  run(): string[] {
    try {
      for (const query of bookQueries) for (const [text] of this.#on.all(query)) this.findings.push(String(text))
      this.#inspectUsers()
      this.#inspectTopUps()
      this.#inspectRefunds()
      this.#inspectAdjustments()
      this.#inspectSubscriptions()
      this.#inspectInstances()
      return this.findings
    } finally {
      this.#on.close()
    }
  }

  #inspectUsers(): void {
    const emails = new Map(this.#rows('SELECT id, email FROM users').map(({ id, email }) => [id, email]))
    for (const [id, email] of this.model.users) {
      this.#expect(emails.get(id) === email, `customer ${id} was registered and is ${emails.get(id) ?? 'not there'}`)
    }
  }

  #inspectTopUps(): void {
    const rows = this.#rows('SELECT id, user_id, amount, status, order_id FROM top_ups')
    const byId = new Map(rows.map((row) => [row.id, row]))
    for (const [id, known] of this.model.topUps) {
      const row = byId.get(id)
      const same = row?.user_id === known.userId && row.amount === known.amount
      this.#expect(same, `top-up ${id} of ${known.amount} was answered, and is ${JSON.stringify(row)}`)
      const withdrawn = !known.cancelled || row?.status === 'CANCELLED' || row?.status === 'SUCCESS'
      this.#expect(withdrawn, `top-up ${id} was withdrawn, and is ${row?.status}`)
    }
    for (const { id, status, amount, order_id } of rows) {
      if (status !== 'SUCCESS') continue
      const said = this.askProvider(String(order_id))
      const right = said?.paid && said.amount === amount
      this.#expect(right === true, `top-up ${id} is credited ${amount}, the provider says ${JSON.stringify(said)}`)
    }
    this.#countByUser('top-up', rows, this.model.topUps.values())
  }

  #inspectRefunds(): void {
    const rows = this.#rows(`SELECT r.id, r.user_id, r.top_up_id, r.amount, r.status, t.order_id FROM refunds r
      JOIN top_ups t ON t.id = r.top_up_id`)
    const byId = new Map(rows.map((row) => [row.id, row]))
    for (const [id, known] of this.model.refunds) {
      const row = byId.get(id)
      const same = row?.user_id === known.userId && row.top_up_id === known.topUpId && row.amount === known.amount
      this.#expect(same, `refund ${id} of ${known.amount} was answered, and is ${JSON.stringify(row)}`)
    }
    for (const { id, status, amount, order_id } of rows) {
      const sent = this.askProvider(String(order_id))?.refunds.filter(({ key }) => key === id) ?? []
      const right = status === 'POSTED' ? sent.length === 1 && sent[0]!.amount === amount : sent.length <= 1
      this.#expect(right, `refund ${id} of ${amount} is ${status}, the provider has it ${sent.length} times`)
      this.#expect(status !== 'VOIDED' || sent.length === 0, `refund ${id} went out, and back to the wallet too`)
    }
    for (const { id, order_id } of this.#rows('SELECT id, order_id FROM top_ups')) {
      const unknown = this.askProvider(String(order_id))?.refunds.filter(({ key }) => !byId.has(key)) ?? []
      this.#expect(unknown.length === 0, `top-up ${id} was refunded by the provider, and nobody knows of it`)
    }
    this.#countByUser('refund', rows, this.model.refunds.values())
  }

  #inspectAdjustments(): void {
    const rows = this.#rows(`SELECT 'TXMP-' || number AS id, user_id, amount, balance_after, status FROM transactions
      WHERE type = 'ADJUSTMENT'`)
    const byId = new Map(rows.map((row) => [row.id, row]))
    for (const [id, known] of this.model.adjustments) {
      const row = byId.get(id)
      const same =
        row?.user_id === known.userId &&
        row.amount === known.amount &&
        row.balance_after === known.balanceAfter &&
        row.status === 'SUCCESS'
      this.#expect(same, `${id} was answered as ${JSON.stringify(known)}, and is ${JSON.stringify(row)}`)
    }
    this.#countByUser('adjust', rows, this.model.adjustments.values())
  }

  #inspectSubscriptions(): void {
    const rows = this.#rows(`SELECT s.id, s.user_id, s.status, s.price, s.cancel_at_period_end AS at_end,
        s.first_ready_at IS NULL AS never_ready, coalesce(t.charges, 0) AS charges, coalesce(t.charged, 0) AS charged,
        coalesce(t.refunds, 0) AS refunds, coalesce(t.refunded, 0) AS refunded
      FROM subscriptions s LEFT JOIN (
        SELECT subscription_id, count(*) FILTER (WHERE type = 'CHARGE') AS charges, sum(-amount) FILTER (WHERE type = 'CHARGE') AS charged,
          count(*) FILTER (WHERE type = 'REFUND') AS refunds, sum(amount) FILTER (WHERE type = 'REFUND') AS refunded
        FROM transactions WHERE subscription_id IS NOT NULL AND status = 'SUCCESS' GROUP BY subscription_id
      ) t ON t.subscription_id = s.id`)
    const byId = new Map(rows.map((row) => [row.id, row]))
    for (const [id, known] of this.model.subscriptions) {
      const row = byId.get(id)
      const same = row?.user_id === known.userId && row.price === known.price
      this.#expect(same, `subscription ${id} at ${known.price} was answered, and is ${JSON.stringify(row)}`)
      if (known.ended) this.#expect(row?.status === 'CANCELLED', `${id} was cancelled, and is ${row?.status}`)
      else if (this.model.openOf(known.userId, 'cancel') === 0) {
        this.#expect(row?.status !== 'CANCELLED', `${id} is cancelled, and nobody was answered so`)
        this.#expect(!known.atPeriodEnd || row?.at_end === 1, `${id} was to end with its period, and is not any more`)
      }
    }
    for (const row of rows) this.#inspectPayment(row)
    this.#countByUser('subscribe', rows, this.model.subscriptions.values())
  }

  /** Every period is paid once; and it is taken back once, in full, if it ended before its app was ever ready. */
  #inspectPayment({ id, user_id, price, status, never_ready, charges, charged, refunds, refunded }: Row): void {
    const least = 1 + (this.model.subscriptions.get(String(id))?.renewals ?? 0)
    const most = least + this.model.openOf(String(user_id), 'renew')
    const times = Number(charges)
    const paid = times >= least && times <= most && Number(charged) === times * Number(price)
    this.#expect(paid, `subscription ${id} at ${price} has ${charges} charges of ${charged}, answered were ${least}`)
    const back = status === 'CANCELLED' && never_ready === 1
    const right = refunds === (back ? 1 : 0) && refunded === (back ? price : 0)
    this.#expect(
      right,
      `subscription ${id} (${status}, never ready ${never_ready}) has ${refunds} refunds of ${refunded}`,
    )
  }

  #inspectInstances(): void {
    const rows = this.#rows('SELECT id, desired_state FROM instances')
    const desired = new Map(rows.map((row) => [row.id, row.desired_state]))
    for (const [id, wanted] of this.model.desired) {
      if (wanted === undefined) continue
      this.#expect(desired.get(id) === wanted, `instance ${id} was to be ${wanted}, and is ${desired.get(id)}`)
    }
  }

  /** Not fewer than were answered, and none beyond what may have been done unanswered. */
  #countByUser(
    act: 'top-up' | 'refund' | 'adjust' | 'subscribe',
    rows: Row[],
    known: Iterable<{ userId: string }>,
  ): void {
    const answered = countBy([...known].map(({ userId }) => userId))
    for (const [userId, count] of countBy(rows.map((row) => String(row.user_id)))) {
      const least = answered.get(userId) ?? 0
      const most = least + this.model.openOf(userId, act)
      const right = count >= least && count <= most
      this.#expect(right, `${userId}: ${act} is there ${count} times, answered ${least} times, asked for ${most} times`)
    }
  }

  #expect(holds: boolean, finding: string): void {
    if (!holds) this.findings.push(finding)
  }

  #rows(query: string): Row[] {
    const columns = this.#on.columnsOf(query)
    return this.#on
      .all(query)
      .map((values) => Object.fromEntries(values.map((value, index) => [columns[index]!.name, value])) as Row)
  }
}

function countBy(names: string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
