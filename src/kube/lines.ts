const newline = 0x0a

type OnLongLine = 'cut' | 'refuse'

/** Cuts a byte stream into lines; a character or a line may be split over any number of chunks. */
export class LineSplitter {
  readonly #decoder = new TextDecoder()
  #parts: Uint8Array[] = []
  #length = 0

  /** Lines longer than `maxBytes` are cut (the rest of the line is dropped) or refused with a RangeError. */
  constructor(
    readonly maxBytes: number,
    readonly onLongLine: OnLongLine,
  ) {}

  /** Appends the lines that this chunk completes to `lines`. */
  push(chunk: Uint8Array, lines: string[]): void {
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      if (this.#parts.length === 0 && end - start <= this.maxBytes) {
        lines.push(this.#decoder.decode(chunk.subarray(start, end)))
      } else {
        this.#keep(chunk.subarray(start, end))
        lines.push(this.#take())
      }
      start = end + 1
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start))
  }

  /** The last line, where the stream ended without a newline. */
  end(): string | undefined {
    return this.#parts.length === 0 ? undefined : this.#take()
  }

  #keep(part: Uint8Array): void {
    const room = this.maxBytes - this.#length
    if (part.length > room && this.onLongLine === 'refuse') throw new RangeError(`a line over ${this.maxBytes} bytes`)
    if (room <= 0 || part.length === 0) return
    // Copied: a view would keep the whole chunk alive for as long as its tail waits for a newline.
    this.#parts.push(part.slice(0, room))
    this.#length += Math.min(part.length, room)
  }

  #take(): string {
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts)
    const line = this.#decoder.decode(this.#length < this.maxBytes ? bytes : wholeCharacters(bytes))
    this.#parts = []
    this.#length = 0
    return line
  }
}

/** Without the beginning of a character whose end was cut off. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= 4 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return bytes
    if (byte < 0xc0) continue
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return size > back ? bytes.subarray(0, bytes.length - back) : bytes
  }
  return bytes
}
