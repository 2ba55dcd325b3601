import net from 'node:net'
import { cert, key } from './certificate'

export interface Receiver {
  hostname: string
  port: number
  /** What it was asked, newest last. */
  requests: { method: string; path: string; headers: Record<string, string>; body: string }[]
}

const opened: (() => unknown)[] = []

/** Closes every receiver that the test opened. */
export async function closeReceivers(): Promise<void> {
  for (const close of opened.splice(0)) await close()
}

interface ReceiverOptions {
  hostname?: string
  port?: number
  tls?: boolean
  answer?: (request: Request) => Response | Promise<Response>
}

/** A real HTTP server on a loopback address; each test address of 127.0.0.0/8 can carry one of its own on the same port. */
export function openReceiver({ hostname = '127.0.0.1', port = 0, tls, answer }: ReceiverOptions = {}): Receiver {
  const requests: Receiver['requests'] = []
  const server = Bun.serve({
    hostname,
    port,
    ...(tls && { tls: { cert, key } }),
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url)
      const headers = Object.fromEntries(request.headers)
      requests.push({ method: request.method, path: pathname + search, headers, body: await request.text() })
      return answer ? answer(request) : new Response('thanks')
    },
  })
  opened.push(() => server.stop(true))
  return { hostname, port: server.port!, requests }
}

/** A server that speaks whatever it likes once it has been asked something. */
export async function openRawReceiver(
  act: (socket: net.Socket) => void,
): Promise<{ port: number; closed: Promise<void> }> {
  let onClosed = () => {}
  const closed = new Promise<void>((resolve) => {
    onClosed = resolve
  })
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', onClosed)
    socket.once('data', () => act(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as net.AddressInfo).port, closed }
}
