import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpProxy {
  url: string
  /** While false, new connections are broken at once. */
  open: boolean
  /** Breaks every connection; new ones are welcome. */
  drop(): void
  /** Keeps connections open and lets nothing through them any more, as a dead network does. */
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
    client.pipe(upstream).pipe(client)
  })
  const drop = () => {
    for (const client of pairs.keys()) client.destroy()
  }
  const proxy: TcpProxy = {
    url: '',
    open: true,
    drop,
    hush() {
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream)
        upstream.unpipe(client)
        client.resume()
        upstream.resume()
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
