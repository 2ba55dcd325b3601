import type { Problem } from '../../../http/input/check'
import { invalid } from '../../../http/input/input'
import { findTooMuch, maxDepth } from '../../../http/input/scan'
import { AppError } from '../../../lib/errors'
import {
  type CategoryInFile,
  checks,
  fileVersion,
  maxCategories,
  maxServices,
  maxTemplates,
  type ServiceInFile,
  type TemplateInFile,
} from './form'
import { createSlices, type Slices } from './slices'

/** Of a file with more mistakes the first ones are told. */
export const maxMistakes = 50
/** One thing with all that belongs to it, with room for indentation; a service of 50 plans has about 60 KiB. */
const maxItemBytes = 256 * 1024
const maxItemValues = 4_000
const maxSpaces = 16 * 1024
const maxShownName = 64

export interface CatalogFile {
  /** Undefined where the file says nothing of templates. */
  templates?: TemplateInFile[]
  categories: CategoryInFile[]
  services: ServiceInFile[]
}

const lists = { templates: maxTemplates, categories: maxCategories, services: maxServices }
type List = keyof typeof lists
const isList = (name: string): name is List => Object.hasOwn(lists, name)

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a]
const [openObject, closeObject, openList, closeList] = [0x7b, 0x7d, 0x5b, 0x5d]
const ends: ReadonlySet<number> = new Set([comma, colon, closeObject, closeList, 0x20, 0x0a, 0x0d, 0x09])
const utf8 = new TextDecoder('utf-8', { fatal: true })
const malformed = () => new AppError('MALFORMED_REQUEST', 'The body is not well-formed JSON')

/**
 * A catalog from its bytes, thing by thing, with pauses: all of it at once would hold everybody up. What can be no catalog is
 * refused at its first bytes. @throws AppError MALFORMED_REQUEST, VALIDATION_ERROR with each mistake under its JSON pointer
 */
export async function readCatalogFile(bytes: Uint8Array): Promise<CatalogFile> {
  const reader = new FileReader(bytes)
  await reader.read()
  const { problems, file } = reader
  if (problems.length > 0) throw invalid('body', problems.slice(0, maxMistakes))
  return file
}

class FileReader {
  readonly problems: Problem[] = []
  readonly file: CatalogFile = { categories: [], services: [] }
  readonly #bytes: Uint8Array
  readonly #pause: Slices = createSlices()
  readonly #seen = new Set<string>()
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  async read(): Promise<void> {
    this.#space()
    if (this.#bytes[this.#at] !== openObject) {
      // Whatever else it is, it is not looked at any further.
      this.problems.push({ path: '/', message: 'Expected object' })
      return
    }
    await this.#each(closeObject, () => this.#member())
    this.#space()
    if (!this.#full && this.#at < this.#bytes.length) throw malformed()
    for (const name of ['version', 'categories', 'services']) {
      if (!this.#full && !this.#seen.has(name)) this.#tell(`/${name}`, 'Expected required property')
    }
  }

  get #full(): boolean {
    return this.problems.length >= maxMistakes
  }

  #tell(path: string, message: string): void {
    this.problems.push({ path, message })
  }

  /** What stands between an opening sign and its closing one, with commas between. */
  async #each(close: number, one: () => Promise<void>): Promise<void> {
    this.#at++
    this.#space()
    if (this.#bytes[this.#at] === close) {
      this.#at++
      return
    }
    for (;;) {
      await one()
      if (this.#full) return
      this.#space()
      const sign = this.#bytes[this.#at++]
      if (sign === close) return
      if (sign !== comma) throw malformed()
      this.#space()
    }
  }

  async #member(): Promise<void> {
    if (this.#bytes[this.#at] !== quote) throw malformed()
    const name = String(await this.#value('/'))
    if (this.#full) return
    this.#space()
    if (this.#bytes[this.#at++] !== colon) throw malformed()
    this.#space()
    const path = `/${name.slice(0, maxShownName)}`
    if (this.#seen.has(name)) this.#tell(path, 'Expected once')
    this.#seen.add(name)
    if (isList(name)) return this.#list(name)
    const value = await this.#value(path)
    if (name === 'version') {
      if (value !== fileVersion) this.#tell(path, `Expected ${fileVersion}`)
    } else if (name !== '$schema') this.#tell(path, 'Not a known name')
  }

  async #list(name: List): Promise<void> {
    if (this.#bytes[this.#at] !== openList) {
      await this.#value(`/${name}`)
      return this.#tell(`/${name}`, 'Expected array')
    }
    const things: unknown[] = []
    this.file[name] = things as never
    let index = 0
    await this.#each(closeList, async () => {
      if (index >= lists[name]) throw invalid('body', [tooMany(name)])
      const path = `/${name}/${index++}`
      const item = await this.#value(path)
      if (this.#full) return
      const own: Problem[] = []
      checks[name](item, path, own)
      this.problems.push(...own)
      things.push(item)
    })
  }

  /** One value, found by its signs and then read as a whole. */
  async #value(path: string): Promise<unknown> {
    const start = this.#at
    const end = this.#endOf(start)
    const bytes = this.#bytes.subarray(start, end)
    const tooMuch = findTooMuch(bytes, maxItemValues)
    if (tooMuch) throw invalid('body', [{ ...tooMuch, path }])
    this.#at = end
    await this.#pause()
    return parse(decode(bytes))
  }

  #endOf(start: number): number {
    const longest = Math.min(this.#bytes.length, start + maxItemBytes)
    const first = this.#bytes[start]
    const isNested = first === openObject || first === openList
    const last = isNested ? this.#endOfNested(start, longest) : this.#endOfPlain(start, longest)
    if (last < longest) return last
    if (longest === this.#bytes.length) throw malformed()
    throw invalid('body', [{ path: '/', message: `Expected at most ${maxItemBytes} bytes in one thing` }])
  }

  #endOfNested(start: number, longest: number): number {
    let depth = 0
    for (let at = start; at < longest; at++) {
      const byte = this.#bytes[at]!
      if (byte === quote) at = this.#endOfText(at, longest)
      else if (byte === openObject || byte === openList) depth++
      else if ((byte === closeObject || byte === closeList) && --depth === 0) return at + 1
      if (depth > maxDepth) throw invalid('body', [{ path: '/', message: `Expected at most ${maxDepth} levels` }])
    }
    return longest
  }

  #endOfPlain(start: number, longest: number): number {
    if (this.#bytes[start] === quote) return this.#endOfText(start, longest) + 1
    let at = start
    while (at < longest && !ends.has(this.#bytes[at]!)) at++
    return at
  }

  /** Where a text closes that opened at `start`; the last byte there is if it does not. */
  #endOfText(start: number, longest: number): number {
    for (let at = start + 1; at < longest; at++) {
      if (this.#bytes[at] === quote) return at
      if (this.#bytes[at] === backslash) at++
    }
    return longest
  }

  #space(): void {
    const longest = this.#at + maxSpaces
    while (isSpace(this.#bytes[this.#at])) {
      if (++this.#at > longest)
        throw invalid('body', [{ path: '/', message: `Expected at most ${maxSpaces} spaces together` }])
    }
  }
}

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

const tooMany = (name: List): Problem => ({ path: `/${name}`, message: `Expected at most ${lists[name]} items` })

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed()
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new AppError('MALFORMED_REQUEST', 'The body is not UTF-8')
  }
}
