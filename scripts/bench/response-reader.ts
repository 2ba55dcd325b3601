const cr = 13
const lf = 10
const maxHeadBytes = 64 * 1024

type Phase = 'head' | 'body' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer'

/** Reads HTTP/1.1 responses off a connection, one at a time; bodies are counted, not kept. */
export class ResponseReader {
  status = 0
  /** The server will close the connection after this response. */
  closes = false
  bodyBytes = 0
  #phase: Phase = 'head'
  #head: Buffer | undefined
  #left = 0
  #line = ''

  /** @returns true when a response is complete. @throws on bytes that are no HTTP/1.1 response, or are left over. */
  feed(bytes: Buffer): boolean {
    let at = 0
    while (at < bytes.length) {
      if (this.#phase === 'head') at = this.#readHead(bytes)
      else if (this.#phase === 'body' || this.#phase === 'chunk') at = this.#skip(bytes, at)
      else at = this.#readLine(bytes, at)
      if (this.#phase === 'head' && this.#head === undefined) {
        if (at < bytes.length) throw new Error(`${bytes.length - at} bytes follow a complete response`)
        return true
      }
      if (this.#phase === 'head') return false
    }
    return false
  }

  #readHead(bytes: Buffer): number {
    const before = this.#head?.length ?? 0
    const all = this.#head ? Buffer.concat([this.#head, bytes]) : bytes
    const end = all.indexOf('\r\n\r\n')
    if (end < 0) {
      if (all.length > maxHeadBytes) throw new Error('the response has no end of its head')
      this.#head = all === bytes ? Buffer.from(bytes) : all
      return bytes.length
    }
    this.#head = undefined
    this.#beginBody(all.toString('latin1', 0, end + 2))
    return end + 4 - before
  }

  #beginBody(head: string): void {
    if (!head.startsWith('HTTP/1.1 ')) throw new Error(`not an HTTP/1.1 response: ${head.slice(0, 40)}`)
    this.status = Number(head.slice(9, 12))
    this.bodyBytes = 0
    this.closes = /\r\nconnection: *close\r\n/i.test(head)
    if (this.status === 204 || this.status === 304) return
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)
    if (length) {
      this.#left = Number(length[1])
      this.#phase = this.#left > 0 ? 'body' : 'head'
    } else if (/\r\ntransfer-encoding: *chunked\r\n/i.test(head)) {
      this.#phase = 'chunk-size'
    } else {
      throw new Error('the response has neither a length nor chunks')
    }
  }

  #skip(bytes: Buffer, at: number): number {
    const taken = Math.min(this.#left, bytes.length - at)
    this.#left -= taken
    this.bodyBytes += taken
    if (this.#left === 0) this.#phase = this.#phase === 'body' ? 'head' : 'chunk-end'
    return at + taken
  }

  #readLine(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(lf, at)
    this.#line += bytes.toString('latin1', at, end < 0 ? bytes.length : end)
    if (this.#line.length > maxHeadBytes) throw new Error('a chunk has no end of its first line')
    if (end < 0) return bytes.length
    const line = this.#line.charCodeAt(this.#line.length - 1) === cr ? this.#line.slice(0, -1) : this.#line
    this.#line = ''
    this.#endLine(line)
    return end + 1
  }

  #endLine(line: string): void {
    if (this.#phase === 'chunk-end') {
      this.#phase = 'chunk-size'
    } else if (this.#phase === 'trailer') {
      if (line === '') this.#phase = 'head'
    } else {
      this.#left = Number.parseInt(line, 16)
      if (Number.isNaN(this.#left)) throw new Error(`not the size of a chunk: ${line.slice(0, 40)}`)
      this.#phase = this.#left === 0 ? 'trailer' : 'chunk'
    }
  }
}
