import { type Coding, codingOf, compressElsewhere, compressHere, mostCompressedHere } from '../../http/content-coding'
import { tagsOf } from '../../http/entity-tags'
import { securedHeaders } from '../../http/security-headers'

/** A cache may keep the page, but must ask each time whether it still holds: slots are live. */
const cacheControl = 'public, no-cache'
const vary = 'accept-language, accept-encoding'
/** Below this a coding saves no packet. */
const leastToCompress = 1_024

interface Form {
  body: Uint8Array<ArrayBuffer>
  headers: Headers
}

/** An answer as the bytes that it is sent as, in each coding that somebody has asked for. */
export class KeptPage {
  readonly #plain: Form
  readonly #coded = new Map<Coding, Form>()
  readonly #making = new Map<Coding, Promise<void>>()
  readonly #tag: string
  readonly #onGrown: (bytes: number) => void

  constructor(json: string, onGrown: (bytes: number) => void) {
    const body = new TextEncoder().encode(json)
    this.#tag = Bun.hash.xxHash64(body).toString(36)
    this.#plain = { body, headers: this.#headersOf(undefined) }
    this.#onGrown = onGrown
  }

  get bytes(): number {
    let sum = this.#plain.body.length
    for (const { body } of this.#coded.values()) sum += body.length
    return sum
  }

  /** Undefined where the caller's coding is still to be made, as `prepare` does. */
  answerNow(request: Request): Response | undefined {
    const coding = this.#codingFor(request)
    const known = request.headers.get('if-none-match')
    if (known !== null && this.#isNamedIn(known)) return this.#unchanged(coding)
    const form = coding === undefined ? this.#plain : this.#formIn(coding)
    return form && answerOf(form)
  }

  answerPlain(): Response {
    return answerOf(this.#plain)
  }

  /** Compresses it as this caller likes it: once, however many ask meanwhile. */
  prepare(request: Request): Promise<void> {
    const coding = this.#codingFor(request)
    if (coding === undefined) return Promise.resolve()
    const making =
      this.#making.get(coding) ??
      compressElsewhere(coding, this.#plain.body).then((body) => {
        this.#making.delete(coding)
        this.#keep(coding, body)
      })
    this.#making.set(coding, making)
    return making
  }

  #codingFor(request: Request): Coding | undefined {
    return this.#plain.body.length < leastToCompress ? undefined : codingOf(request)
  }

  #formIn(coding: Coding): Form | undefined {
    const kept = this.#coded.get(coding)
    if (kept || this.#plain.body.length > mostCompressedHere) return kept
    return this.#keep(coding, compressHere(coding, this.#plain.body))
  }

  #keep(coding: Coding, body: Uint8Array<ArrayBuffer>): Form {
    const form = { body, headers: this.#headersOf(coding) }
    this.#coded.set(coding, form)
    this.#onGrown(body.length)
    return form
  }

  #headersOf(coding: Coding | undefined): Headers {
    return securedHeaders({
      'content-type': 'application/json;charset=utf-8',
      ...(coding && { 'content-encoding': coding }),
      etag: this.#tagIn(coding),
      'cache-control': cacheControl,
      vary,
    })
  }

  /** Other bytes, another tag; whichever a caller has, they have this page. */
  #tagIn(coding: Coding | undefined): string {
    return coding ? `"${this.#tag}-${coding}"` : `"${this.#tag}"`
  }

  #isNamedIn(known: string): boolean {
    if (!known.includes(this.#tag) && !known.includes('*')) return false
    return tagsOf(known).some((tag) => tag === '*' || tag === `"${this.#tag}"` || tag.startsWith(`"${this.#tag}-`))
  }

  #unchanged(coding: Coding | undefined): Response {
    return new Response(null, {
      status: 304,
      headers: { etag: this.#tagIn(coding), 'cache-control': cacheControl, vary },
    })
  }
}

const answerOf = ({ body, headers }: Form): Response => new Response(body, { headers })
