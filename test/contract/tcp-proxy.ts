import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpProxy {
  url: string
  /** While false, new connections are broken at once. */
  open: boolean
  /** While true, nothing comes through new connections. */
  silent: boolean
  /** Breaks every connection; new ones are welcome. */
  drop(): void
  /** Keeps the connections there are open and lets nothing through them any more, as a dead network does. */
  hush(): void
  readonly connections: number
  close(): void
}

/** Hands bytes on to another server, whatever they are (TLS stays end to end), and can be made to fail. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port, protocol } = new URL(target)
  const pairs = new Map<Socket, Socket>()
  const server = createServer((client) => {
    client.on('error', () => client.destroy())
    if (!proxy.open) return client.destroy()
    const upstream = connect(Number(port), hostname)
    pairs.set(client, upstream)
    upstream.on('error', () => client.destroy())
    upstream.on('close', () => client.destroy())
    client.on('close', () => {
      pairs.delete(client)
      upstream.destroy()
    })
    if (proxy.silent) return silence(client, upstream)
    client.pipe(upstream).pipe(client)
  })
  const silence = (client: Socket, upstream: Socket) => {
    client.resume()
    upstream.resume()
  }
  const drop = () => {
    for (const client of pairs.keys()) client.destroy()
  }
  const proxy: TcpProxy = {
    url: '',
    open: true,
    silent: false,
    drop,
    hush() {
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream)
        upstream.unpipe(client)
        silence(client, upstream)
      }
    },
    get connections() {
      return pairs.size
    },
    close() {
      drop()
      server.close()
    },
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  proxy.url = `${protocol}//127.0.0.1:${(server.address() as AddressInfo).port}`
  return proxy
}
