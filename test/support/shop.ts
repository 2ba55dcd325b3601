import { afterAll } from 'bun:test'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { type EmbeddedGateway, startEmbeddedGateway } from '../../src/embedded/gateway'
import { markFirstReady } from '../../src/features/subscriptions/state'
import { paymentNotifications, topUps } from '../../src/features/top-ups/tables'
import type { Clock } from '../../src/lib/clock'
import { type Answer, type Caller, callerOf, startSystem, type TestCustomer, type TestSystem, until } from './system'

const keys = { serverKey: 'SB-Mid-server-shop', clientKey: 'SB-Mid-client-shop', merchantId: 'G000000007' }

export interface Shop {
  system: TestSystem
  /** The payment provider, with its faults within a test's reach. */
  gateway: EmbeddedGateway
  close(): Promise<void>
}

export interface ShopOptions {
  clock?: Clock
  environment?: Record<string, string>
  /** Where the database lies; the caller removes it. */
  dataDir?: string
}

/** A system whose payment provider a test can hold in its hands, and whose cluster is away: apps never get ready by themselves. */
export async function openShop(options: ShopOptions = {}): Promise<Shop> {
  const folder = mkdtempSync(join(tmpdir(), 'minispod-shop-'))
  let system: TestSystem | undefined
  const gateway = await startEmbeddedGateway({
    ...keys,
    clock: options.clock,
    notificationUrl: () => (system ? `${system.url}/api/webhooks/midtrans` : null),
    retryDelaysMs: [5, 5, 5, 5, 5],
  })
  system = await startSystem({
    clock: options.clock,
    dataDir: options.dataDir,
    environment: {
      KUBECONFIG: kubeconfigOfNobody(folder),
      MIDTRANS_SERVER_KEY: keys.serverKey,
      MIDTRANS_CLIENT_KEY: keys.clientKey,
      MIDTRANS_MERCHANT_ID: keys.merchantId,
      MIDTRANS_BASE_URL: gateway.url,
      ...options.environment,
    },
  })
  const { close } = system
  return {
    system,
    gateway,
    close: async () => {
      await gateway.close()
      await close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** One shop for a whole test file. */
export function sharedShop(options: ShopOptions = {}): () => Promise<Shop> {
  let shop: Promise<Shop> | undefined
  afterAll(async () => (await shop)?.close())
  return () => {
    shop ??= openShop(options)
    return shop
  }
}

/** The discard port: a connection to it is refused at once. */
function kubeconfigOfNobody(folder: string): string {
  const path = join(folder, 'kubeconfig')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'nobody',
    contexts: [{ name: 'nobody', context: { cluster: 'nobody', user: 'nobody' } }],
    clusters: [{ name: 'nobody', cluster: { server: 'http://127.0.0.1:9' } }],
    users: [{ name: 'nobody', user: { token: 'none' } }],
  }
  writeFileSync(path, JSON.stringify(config))
  return path
}

/** What the customer's browser does on the gateway's page. */
export async function actOnPage(page: string, form: Record<string, string>): Promise<Response> {
  return fetch(page, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })
}

export async function topUp(customer: Caller, method = 'bca_va', amount = 50_000): Promise<Answer['body']> {
  const { status, body } = await customer.post('/wallet/top-ups', { amount, method })
  if (status !== 201) throw new Error(`top-up: ${status} ${JSON.stringify(body)}`)
  return body.data
}

/** An order that reached the provider by a charge whose answer we never saw. */
export async function chargeAtGateway({ gateway }: Shop, orderId: string, amount: number): Promise<void> {
  const answer = await fetch(`${gateway.url}/v2/charge`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${keys.serverKey}:`)}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      payment_type: 'bank_transfer',
      bank_transfer: { bank: 'bca' },
      transaction_details: { order_id: orderId, gross_amount: amount },
    }),
  })
  const { status_code: code } = (await answer.json()) as { status_code: string }
  if (code !== '201') throw new Error(`charge at the gateway: ${code}`)
}

export async function rowOfTopUp({ system }: Shop, id: string): Promise<typeof topUps.$inferSelect> {
  const row = await system.parts.db.read.select().from(topUps).where(eq(topUps.id, id)).get()
  if (!row) throw new Error(`no top-up ${id}`)
  return row
}

/** A notification with a signature that is genuine, whatever else it says. */
export function signedNotification(orderId: string, more: Record<string, string> = {}): Record<string, string> {
  const body = {
    order_id: orderId,
    status_code: '200',
    gross_amount: '50000.00',
    transaction_status: 'settlement',
    ...more,
  }
  const signed = body.order_id + body.status_code + body.gross_amount + keys.serverKey
  return { signature_key: createHash('sha512').update(signed).digest('hex'), ...body }
}

export const notificationsOf = ({ system }: Shop, orderId: string) =>
  system.parts.db.read.select().from(paymentNotifications).where(eq(paymentNotifications.orderId, orderId)).all()

/** Waits until everything that was told of an order has been worked on. */
export const worked = (shop: Shop, orderId: string) =>
  until(
    'the end of the notifications',
    () => notificationsOf(shop, orderId),
    (rows) => rows.length > 0 && rows.every(({ processedAt }) => processedAt !== null),
  )

/** Waits for the end of a top-up, as the customer's page would. */
export const ended = (customer: Caller, id: string) =>
  until(
    'the end of the top-up',
    async () => (await customer.get(`/wallet/top-ups/${id}`)).body.data,
    ({ status }) => status !== 'PENDING',
  )

export async function newCardToken({ gateway }: Shop, cardNumber = '4811 1111 1111 1114'): Promise<string> {
  const query = new URLSearchParams({
    client_key: keys.clientKey,
    card_number: cardNumber,
    card_exp_month: '12',
    card_exp_year: '2030',
    card_cvv: '123',
  })
  return ((await (await fetch(`${gateway.url}/v2/token?${query}`)).json()) as { token_id: string }).token_id
}

/** The app was ready for the first time, as the reconciler would tell. */
export const makeReady = ({ system }: Shop, subscriptionId: string): Promise<void> =>
  system.parts.db.write((tx) => markFirstReady(system.parts, tx, subscriptionId, system.parts.clock.now()))

/** The same person with a fresh token: a clock that was moved has outlived the old one. */
export async function signInAgain(
  { system }: Pick<Shop, 'system'>,
  { email, password }: Pick<TestCustomer, 'email' | 'password'>,
): Promise<Caller> {
  const { status, body } = await system.anybody.post('/auth/login', { email, password })
  if (status !== 200) throw new Error(`login: ${status} ${JSON.stringify(body)}`)
  return callerOf(system.url, { authorization: `Bearer ${body.data.accessToken}` })
}
