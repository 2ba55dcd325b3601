import { eq } from 'drizzle-orm'
import { type Database, prepared } from '../../db'
import { localeOf } from '../../http/locale'
import { contextOf } from '../../http/request-context'
import type { Locale } from '../../lib/locale'
import { KeptPage } from './kept-page'
import { catalogVersion } from './tables'

const maxPages = 2_000
/** Then the plain bytes are sent: where things are sold all the time, no long page stays long enough to be compressed. */
const mostAttempts = 3

/** Of an answer, as JSON. */
type Build = (locale: Locale) => Promise<string>

const readVersion = prepared((db) => db.select().from(catalogVersion).where(eq(catalogVersion.id, 1)).prepare())

/**
 * Catalog answers, kept as the bytes they are sent as. Triggers count a version up in the very transaction that changes
 * a price or a slot, so a kept page is compared, never guessed: whoever changed it, in whichever process.
 */
export class KeptPages {
  readonly #db: Database
  readonly #pages = new Map<string, KeptPage>()
  readonly #maxBytes: number
  #bytes = 0
  #seenDatabase: number | bigint = -1
  #version = -1

  constructor(db: Database, maxBytes: number) {
    this.#db = db
    this.#maxBytes = maxBytes
  }

  /** The answer of this name in the caller's language, built if nothing kept still holds. @throws what `build` throws; that is not kept */
  async respond(request: Request, name: string, build: Build): Promise<Response> {
    const locale = shownLocale(request)
    const key = keyOf(name, locale)
    for (let attempt = 1; ; attempt++) {
      const page = this.#current(key) ?? (await this.#build(key, () => build(locale), this.#db.dataVersion()))
      contextOf(request).again = (next) => this.#answerKept(next, name)
      const answer = page.answerNow(request) ?? (attempt >= mostAttempts ? page.answerPlain() : undefined)
      if (answer) return answer
      // What is sold while a long page is compressed is in the next.
      await page.prepare(request)
    }
  }

  /** Undefined where nothing kept still holds. */
  #answerKept(request: Request, name: string): Response | undefined {
    return this.#current(keyOf(name, shownLocale(request)))?.answerNow(request)
  }

  #current(key: string): KeptPage | undefined {
    return this.#db.dataVersion() === this.#seenDatabase ? this.#pages.get(key) : undefined
  }

  async #build(key: string, build: () => Promise<string>, seen: number | bigint): Promise<KeptPage> {
    if (seen !== this.#seenDatabase) await this.#compareVersion(seen)
    const kept = this.#pages.get(key)
    if (kept) return kept
    const version = this.#version
    const page = new KeptPage(await build(), (bytes) => {
      if (this.#pages.get(key) === page) this.#bytes += bytes
    })
    // A change that came while it was built would make it stale from the first moment.
    if (version === this.#version) this.#keep(key, page)
    return page
  }

  /** The oldest go. */
  #keep(key: string, page: KeptPage): void {
    this.#forget(key)
    this.#pages.set(key, page)
    this.#bytes += page.bytes
    while (this.#pages.size > maxPages || (this.#bytes > this.#maxBytes && this.#pages.size > 1)) {
      this.#forget(this.#pages.keys().next().value!)
    }
  }

  #forget(key: string): void {
    const page = this.#pages.get(key)
    if (!page) return
    this.#pages.delete(key)
    this.#bytes -= page.bytes
  }

  async #compareVersion(seen: number | bigint): Promise<void> {
    const version = (await readVersion(this.#db.read).get())?.version ?? 0
    if (version !== this.#version) {
      this.#pages.clear()
      this.#bytes = 0
    }
    this.#version = version
    this.#seenDatabase = seen
  }
}

/** English for who names none of ours. */
const shownLocale = (request: Request): Locale => localeOf(request) ?? 'en'

/** A copy for each language; most callers name none. */
const keyOf = (name: string, locale: Locale): string => (locale === 'en' ? name : `${locale} ${name}`)
