import { join } from 'node:path'
import { FileConnection } from '../../src/db/connection'
import { figuresOf, type Line } from './figures'
import type { BenchGateway } from './gateway'
import { type LoadResult, runLoadElsewhere } from './load'
import { loadLines } from './load-lines'
import type { MoneyBook } from './money-book'
import { assertAll, post } from './requests'

const orderConnections = 32
const webhookConnections = 64
const creditedWithinMs = 120_000
const lookEveryMs = 20
const busyMs = 1_000

interface TopUps {
  port: number
  rounds: number
  each: number
  gateway: BenchGateway
  dataDir: string
  book: MoneyBook
}

/** Ordered, paid at the provider, notified, asked for, credited. The payment itself takes no time: nobody's work is measured there. */
export async function benchTopUps({ port, rounds, each, gateway, dataDir, book }: TopUps): Promise<Line[]> {
  const file = new FileConnection(join(dataDir, 'minispod.db'), { busyTimeoutMs: busyMs })
  const orders: LoadResult[] = []
  const webhooks: LoadResult[] = []
  const whole: number[] = []
  const order = { amount: 50_000, method: 'bca_va' }
  const requests = book.payers.slice(0, each).map(({ token }) => post('/api/wallet/top-ups', token, order))
  const load = (connections: number, of: string[]) =>
    runLoadElsewhere({ host: '127.0.0.1', port, connections, requests: of })
  try {
    for (let round = 0; round < rounds; round++) {
      const ordered = assertAll(201, await load(orderConnections, requests))
      const notifications = (await gateway.payAll()).map((body) => post('/api/webhooks/midtrans', undefined, body))
      const beganAt = performance.now()
      webhooks.push(assertAll(200, await load(webhookConnections, notifications)))
      await waitForCredits(file)
      orders.push(ordered)
      whole.push(each / (ordered.seconds + (performance.now() - beganAt) / 1000))
    }
  } finally {
    file.close()
  }
  return [
    ...loadLines('top-up ordered', orders),
    ...loadLines(`webhook taken in, ${webhookConnections} connections`, webhooks),
    { name: 'top-ups from order to credit', figures: figuresOf(whole), unit: '/s' },
  ]
}

async function waitForCredits(file: FileConnection): Promise<void> {
  const giveUpAt = performance.now() + creditedWithinMs
  while (Number(file.first("SELECT count(*) FROM top_ups WHERE status = 'PENDING'")![0]) > 0) {
    if (performance.now() > giveUpAt) throw new Error('top-ups are paid and not credited')
    await Bun.sleep(lookEveryMs)
  }
}
