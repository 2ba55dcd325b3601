import { type Clock, second, systemClock } from '../../lib/clock'
import type { Merchant } from './bodies'
import { CallFaults } from './call-faults'
import { CardTokens } from './card-tokens'
import { createEvents, type GatewayEvents } from './events'
import { createFileStorage } from './file-storage'
import { Notifier, type NotifierOptions } from './notifier'
import type { Order } from './order'
import { OrderBook } from './order-book'
import { PaymentDesk } from './payment-desk'
import { createHandler } from './router'
import { createMemoryStorage, type GatewayStorage } from './storage'

const maxRequestBytes = 64 * 1024
const expiryCheckMs = 1 * second
/** The address of one that listens nowhere. */
const unheardUrl = 'http://gateway.invalid'

export interface EmbeddedGatewayOptions {
  serverKey: string
  clientKey: string
  merchantId: string
  port?: number
  /** False listens nowhere: it is spoken to by `handle`. */
  listen?: boolean
  hostname?: string
  /** Where browsers reach the gateway, if not at its own address. */
  publicUrl?: string
  /** Where a browser goes after paying by a method whose charge can't name a page (virtual accounts, QRIS, cards). */
  finishUrl?: string
  clock?: Clock
  notificationUrl: string | (() => string | null)
  /** Keeps orders across restarts; without one, and without `storage`, they live as long as the process. */
  stateFile?: string
  storage?: GatewayStorage
  notificationTimeoutMs?: NotifierOptions['timeoutMs']
  retryDelaysMs?: NotifierOptions['retryDelaysMs']
  /** Carries the notifications in the place of a socket. */
  fetch?: NotifierOptions['fetch']
}

export interface EmbeddedGateway {
  /** For `MIDTRANS_BASE_URL`: no trailing slash. */
  url: string
  /** Answers a request to it, whether or not it listens. */
  handle(request: Request): Promise<Response>
  /** What happens at the bank or the wallet, out of the merchant's hands. */
  events: GatewayEvents
  /** What goes wrong with calls. */
  calls: CallFaults
  /** What goes wrong with notifications, and when they are through. */
  notifications: Notifier
  /** Every transaction an order id ever had, oldest first; all orders without one. */
  orders(orderId?: string): Order[]
  /** Expires what is due. It also happens each second, and whenever an order is looked at. */
  expireDue(): Promise<void>
  close(): Promise<void>
}

/** Stands in for Midtrans over Midtrans' own HTTP: the caller can't tell, but for the address and the money. */
export async function startEmbeddedGateway(options: EmbeddedGatewayOptions): Promise<EmbeddedGateway> {
  const { notificationUrl } = options
  const storage = options.storage ?? (options.stateFile ? createFileStorage(options.stateFile) : createMemoryStorage())
  const book = await OrderBook.open(storage)
  const calls = new CallFaults()
  const notifications = new Notifier({
    url: typeof notificationUrl === 'string' ? () => notificationUrl : notificationUrl,
    timeoutMs: options.notificationTimeoutMs,
    retryDelaysMs: options.retryDelaysMs,
    fetch: options.fetch,
  })
  const closing = new AbortController()
  const merchant: Merchant = {
    merchantId: options.merchantId,
    serverKey: options.serverKey,
    publicUrl: '',
    finishUrl: options.finishUrl ?? null,
  }
  const clock = options.clock ?? systemClock
  const desk = new PaymentDesk(merchant, book, clock, notifications)
  const handle = createHandler({
    desk,
    calls,
    tokens: new CardTokens(clock),
    clientKey: options.clientKey,
    closing: closing.signal,
  })

  const server =
    options.listen === false
      ? undefined
      : Bun.serve({
          port: options.port ?? 0,
          hostname: options.hostname ?? '127.0.0.1',
          maxRequestBodySize: maxRequestBytes,
          idleTimeout: 60,
          fetch: handle,
          error: () => new Response('Internal error', { status: 500 }),
        })
  const url = server ? `http://${server.hostname}:${server.port}` : unheardUrl
  merchant.publicUrl = options.publicUrl?.replace(/\/+$/, '') ?? url
  // Who speaks to it in this process looks after the time as well.
  const expiryCheck = server && setInterval(() => void desk.expireDue().catch(() => {}), expiryCheckMs)
  expiryCheck?.unref()

  async function close(): Promise<void> {
    clearInterval(expiryCheck)
    closing.abort()
    notifications.close()
    await server?.stop(true)
  }

  return {
    url,
    handle: async (request) => handle(request),
    events: createEvents(desk),
    calls,
    notifications,
    orders: (orderId) => book.list(orderId),
    expireDue: () => desk.expireDue(),
    close,
  }
}
