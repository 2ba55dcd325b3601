import { eq } from 'drizzle-orm'
import { type Database, prepared } from '../../db'
import { tagsOf } from '../../http/entity-tags'
import { localeOf } from '../../http/locale'
import { contextOf } from '../../http/request-context'
import { securedHeaders } from '../../http/security-headers'
import type { Locale } from '../../lib/locale'
import { catalogVersion } from './tables'

const maxPages = 2_000
/** A cache may keep the page, but must ask each time whether it still holds: slots are live. */
const cacheControl = 'public, no-cache'

type Build = (locale: Locale) => Promise<unknown>

interface KeptPage {
  body: Uint8Array<ArrayBuffer>
  etag: string
  headers: Headers
}

const readVersion = prepared((db) => db.select().from(catalogVersion).where(eq(catalogVersion.id, 1)).prepare())

/**
 * Catalog answers, kept as the bytes they are sent as. Triggers count a version up in the very transaction that changes
 * a price or a slot, so a kept page is compared, never guessed: whoever changed it, in whichever process.
 */
export class KeptPages {
  readonly #db: Database
  readonly #pages = new Map<string, KeptPage>()
  #seenDatabase: number | bigint = -1
  #version = -1

  constructor(db: Database) {
    this.#db = db
  }

  /** The answer of this name in the caller's language, built if nothing kept still holds. @throws what `build` throws; that is not kept */
  async respond(request: Request, name: string, build: Build): Promise<Response> {
    const locale = shownLocale(request)
    const response =
      this.#answerKept(request, name) ??
      (await this.#build(request, keyOf(name, locale), () => build(locale), this.#db.dataVersion()))
    contextOf(request).again = (next) => this.#answerKept(next, name)
    return response
  }

  /** Undefined where nothing kept still holds. */
  #answerKept(request: Request, name: string): Response | undefined {
    if (this.#db.dataVersion() !== this.#seenDatabase) return undefined
    const kept = this.#pages.get(keyOf(name, shownLocale(request)))
    return kept && answer(request, kept)
  }

  async #build(request: Request, key: string, build: () => Promise<unknown>, seen: number | bigint): Promise<Response> {
    if (seen !== this.#seenDatabase) await this.#compareVersion(seen)
    const kept = this.#pages.get(key)
    if (kept) return answer(request, kept)
    const version = this.#version
    const page = pageFor(await build())
    // A change that came while it was built would make it stale from the first moment.
    if (version === this.#version && this.#pages.size < maxPages) this.#pages.set(key, page)
    return answer(request, page)
  }

  async #compareVersion(seen: number | bigint): Promise<void> {
    const version = (await readVersion(this.#db.read).get())?.version ?? 0
    if (version !== this.#version) this.#pages.clear()
    this.#version = version
    this.#seenDatabase = seen
  }
}

/** English for who names none of ours. */
export const shownLocale = (request: Request): Locale => localeOf(request) ?? 'en'

/** A copy for each language; most callers name none. */
const keyOf = (name: string, locale: Locale): string => (locale === 'en' ? name : `${locale} ${name}`)

/** An answer of too many forms to be kept: callers still hear 304 for the one they have. */
export const taggedPage = (request: Request, answered: unknown): Response => answer(request, pageFor(answered))

function pageFor(answered: unknown): KeptPage {
  const body = new TextEncoder().encode(JSON.stringify(answered))
  const etag = `"${Bun.hash.xxHash64(body).toString(36)}"`
  const headers = securedHeaders({
    'content-type': 'application/json;charset=utf-8',
    etag,
    'cache-control': cacheControl,
    vary: 'accept-language',
  })
  return { body, etag, headers }
}

function answer(request: Request, { body, etag, headers }: KeptPage): Response {
  const known = request.headers.get('if-none-match')
  if (known !== null && (known === etag || names(known, etag))) {
    return new Response(null, {
      status: 304,
      headers: { etag, 'cache-control': cacheControl, vary: 'accept-language' },
    })
  }
  return new Response(body, { headers })
}

const names = (known: string, etag: string): boolean => tagsOf(known).some((tag) => tag === '*' || tag === etag)
