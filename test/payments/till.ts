import { type EmbeddedGatewayOptions, startEmbeddedGateway } from '../../src/embedded/gateway'
import { ManualClock, minute } from '../../src/lib/clock'
import { createMidtransGateway, PaymentError, type PaymentMethod, type PaymentOrder } from '../../src/payments'

export const keys = { serverKey: 'SB-Mid-server-test', clientKey: 'SB-Mid-client-test', merchantId: 'G000000001' }
export const quickRetries = { tries: 3, firstPauseMs: 1, random: () => 0 }

/** A till: the gateway, the adapter on it, and a merchant's webhook that keeps what it is told. */
export async function openTill(options: Partial<EmbeddedGatewayOptions> = {}) {
  const clock = new ManualClock('2026-01-31T10:00:00Z')
  const notices: Record<string, unknown>[] = []
  const answers: number[] = []
  const webhook = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      notices.push((await request.json()) as Record<string, unknown>)
      return new Response(null, { status: answers.shift() ?? 200 })
    },
  })
  const provider = await startEmbeddedGateway({
    ...keys,
    clock,
    notificationUrl: `http://127.0.0.1:${webhook.port}/`,
    retryDelaysMs: [5, 5, 5, 5, 5],
    ...options,
  })
  const gateway = createMidtransGateway({
    ...keys,
    environment: 'sandbox',
    baseUrl: provider.url,
    timeoutMs: 2_000,
    clock,
    retryPolicy: quickRetries,
  })
  return {
    clock,
    notices,
    answers,
    provider,
    gateway,
    close: async () => {
      await provider.close()
      await webhook.stop(true)
    },
  }
}

let count = 0

export function orderBy(method: PaymentMethod, clock: ManualClock, more: Partial<PaymentOrder> = {}): PaymentOrder {
  return {
    orderId: `top-${++count}-${crypto.randomUUID().slice(0, 8)}`,
    amount: 50_000n,
    method,
    customer: { name: 'Budi Utomo', email: 'budi@example.com' },
    description: 'Wallet top-up',
    expiresAt: new Date(clock.now().getTime() + 30 * minute),
    returnUrl: 'https://shop.example.com/wallet',
    ...more,
  }
}

export async function newCardToken(url: string, cardNumber = '4811 1111 1111 1114'): Promise<string> {
  const query = new URLSearchParams({
    client_key: keys.clientKey,
    card_number: cardNumber,
    card_exp_month: '12',
    card_exp_year: '2030',
    card_cvv: '123',
  })
  const answer = (await (await fetch(`${url}/v2/token?${query}`)).json()) as { token_id: string }
  return answer.token_id
}

export async function failureOf(promise: Promise<unknown>): Promise<PaymentError> {
  const result = await promise.then(
    () => 'no failure',
    (error: unknown) => error,
  )
  if (result instanceof PaymentError) return result
  throw new Error(`expected a PaymentError, got ${String(result)}`)
}
