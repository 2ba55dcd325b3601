import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { cert, key } from '../http/outgoing/certificate'

/** The address that the certificate of these tests is for. */
export const host = '127.0.0.5'
export const authority = cert
export const login = { user: 'warung', pass: 'p@ss wörd' }

export interface Received {
  from: string
  to: string[]
  source: string
  secure: boolean
  user: string | undefined
}

export interface SmtpHouse {
  port: number
  received: Received[]
  /** Connections that came. */
  readonly connections: number
  dropAll(): void
  close(): Promise<void>
}

/** A real SMTP server on loopback; it takes the login above, and what the options say. */
export async function openSmtpHouse(options: SMTPServerOptions = {}, at = host): Promise<SmtpHouse> {
  const received: Received[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = new SMTPServer({
    ...{ cert, key, closeTimeout: 10, authOptional: true },
    onAuth({ username, password }, _session, done) {
      if (username === login.user && password === login.pass) return done(null, { user: username })
      done(Object.assign(new Error(`Wrong password ${password}`), { responseCode: 535 }))
    },
    onData(stream, session, done) {
      let source = ''
      stream.on('data', (chunk) => {
        source += chunk
      })
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          source,
          secure: session.secure,
          user: session.user,
        })
        done(null, `queued as ${received.length}`)
      })
    },
    ...options,
  })
  // What a test does to its connections is no fault of the server.
  server.on('error', () => {})
  server.server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, at)
  await once(server.server, 'listening')
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    get connections() {
      return connections
    },
    dropAll() {
      for (const socket of sockets) socket.destroy()
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** A refusal as a server words it; the code goes before it. */
export const refusal = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode })
