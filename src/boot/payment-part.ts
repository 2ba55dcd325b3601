import { join } from 'node:path'
import type { Config } from '../config'
import { openOnPort } from '../data-dir/ports'
import type { Secrets } from '../data-dir/secrets'
import type { Clock } from '../lib/clock'
import { createMidtransGateway, type PaymentGateway } from '../payments'

const embeddedMerchant = 'G000000000'
const embeddedClientKey = 'SB-Mid-client-embedded'
const timeoutMs = 10_000

/** The payment provider, Midtrans or its embedded stand-in: both are spoken to by the same adapter over the same HTTP. */
export interface PaymentPart {
  gateway: PaymentGateway
  shown: string
  /** Where it is embedded. */
  port?: number
  close(): Promise<void>
}

interface Surroundings {
  port: number
  clock: Clock
  publicUrl: string
  /** Where we listen ourselves: the stand-in is on this machine too. */
  ownUrl: string
}

export async function openPayments(config: Config, secrets: Secrets, around: Surroundings): Promise<PaymentPart> {
  if (config.midtransServerKey) {
    const gateway = createMidtransGateway({
      serverKey: config.midtransServerKey,
      clientKey: config.midtransClientKey ?? '',
      merchantId: config.midtransMerchantId ?? '',
      environment: config.midtransEnvironment,
      baseUrl: config.midtransBaseUrl,
      timeoutMs,
      clock: around.clock,
    })
    return { gateway, shown: `Midtrans ${config.midtransEnvironment}`, close: async () => {} }
  }
  const { startEmbeddedGateway } = await import('../embedded/gateway')
  const merchant = { serverKey: secrets.gatewayKey, clientKey: embeddedClientKey, merchantId: embeddedMerchant }
  const embedded = await openOnPort(around.port, (port) =>
    startEmbeddedGateway({
      ...merchant,
      port,
      clock: around.clock,
      notificationUrl: `${around.ownUrl}/api/webhooks/midtrans`,
      finishUrl: `${around.publicUrl}/payments/finished`,
      stateFile: join(config.dataDir, 'gateway', 'orders.jsonl'),
    }),
  )
  const gateway = createMidtransGateway({
    ...merchant,
    environment: 'sandbox',
    baseUrl: embedded.url,
    timeoutMs,
    clock: around.clock,
  })
  const port = Number(new URL(embedded.url).port)
  return { gateway, shown: embedded.url, port, close: () => embedded.close() }
}
