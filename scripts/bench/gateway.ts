// The payment provider as a process of its own, so that its work is not in our figures. It notifies nobody: it says what it would
// have sent, and whoever measures sends that. Reads its merchant as JSON from stdin, prints its two ports.
import { startEmbeddedGateway } from '../../src/embedded/gateway'
import { notificationOf } from '../../src/embedded/gateway/bodies'

const merchant = { serverKey: 'SB-Mid-server-bench', clientKey: 'SB-Mid-client-bench', merchantId: 'G100000000' }

export interface BenchGateway {
  /** For the server that is measured. */
  environment: Record<string, string>
  /** Pays every order that is open. @returns the notifications of these payments, signed */
  payAll(): Promise<object[]>
  stop(): Promise<void>
}

export async function startGateway(): Promise<BenchGateway> {
  const child = Bun.spawn([process.execPath, import.meta.path], { stdout: 'pipe' })
  const { value } = await child.stdout.getReader().read()
  const [url, control] = new TextDecoder().decode(value).trim().split(' ')
  return {
    environment: {
      MIDTRANS_SERVER_KEY: merchant.serverKey,
      MIDTRANS_CLIENT_KEY: merchant.clientKey,
      MIDTRANS_MERCHANT_ID: merchant.merchantId,
      MIDTRANS_BASE_URL: url!,
    },
    payAll: async () => (await fetch(control!)).json() as Promise<object[]>,
    async stop() {
      child.kill()
      await child.exited
    },
  }
}

if (import.meta.main) {
  const gateway = await startEmbeddedGateway({ ...merchant, notificationUrl: () => null })
  const payOpen = () => {
    const open = gateway.orders().filter(({ status }) => status === 'pending')
    return Promise.all(open.map(({ orderId }) => gateway.events.pay(orderId)))
  }
  const about = { ...merchant, publicUrl: gateway.url, finishUrl: null }
  const control = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async () => Response.json((await payOpen()).map((order) => notificationOf(about, order))),
  })
  console.log(`${gateway.url} ${control.url}`)
}
