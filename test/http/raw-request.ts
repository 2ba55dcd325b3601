import { connect } from 'node:net'

export interface RawAnswer {
  /** 0 where the connection was closed without a word. */
  status: number
  head: string
  body: string
}

/** Bytes on a socket, for what no HTTP client would send; read until the server closes, or until nothing came for so long. */
export async function sendRaw(url: string, text: string, quietMs = 60_000): Promise<RawAnswer> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  let answer = ''
  let quiet: Timer | undefined
  const leave = () => void socket.destroy()
  socket.on('data', (chunk) => {
    answer += chunk
    quiet?.refresh()
  })
  // What was not read when the connection ended is no fault of the test's.
  socket.on('error', leave)
  socket.write(Buffer.from(text, 'latin1'))
  quiet = setTimeout(leave, quietMs)
  await closed
  clearTimeout(quiet)
  const end = answer.indexOf('\r\n\r\n')
  const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(answer)?.[1] ?? 0)
  return { status, head: answer.slice(0, end), body: end < 0 ? '' : answer.slice(end + 4) }
}
