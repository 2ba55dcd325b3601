import { inspect } from 'node:util'

let planted = 0

/** A text that occurs nowhere else, so that finding it says where it came from. */
export const newCanary = (what: string): string =>
  `cnry${++planted}z${Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString('hex')}z${what.replaceAll(/\W/g, '')}`

/** Secrets that were planted or handed out, and how to find them again in whatever form they may come out. */
export class Canaries {
  readonly #known: { name: string; forms: string[] }[] = []

  /** `name` says in a failure which one it was. */
  add(name: string, secret: string): string {
    this.#known.push({ name, forms: formsOf(secret) })
    return secret
  }

  plant(name: string): string {
    return this.add(name, newCanary(name))
  }

  get size(): number {
    return this.#known.length
  }

  /** The names of those that stand in a text or in bytes. */
  findIn(where: string | Buffer): string[] {
    const found = this.#known.filter(({ forms }) => forms.some((form) => where.includes(form)))
    return found.map(({ name }) => name)
  }

  /** Of a value as deep as it goes, with what an error carries beside its message. */
  findInValue(value: unknown): string[] {
    return this.findIn(inspect(value, { depth: 12, maxArrayLength: null, maxStringLength: null, showHidden: false }))
  }
}

/** As it is, as it stands in URLs and in Basic authentication, and as bytes would be shown. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  // The last characters of base64 depend on what follows.
  const inBase64 = bytes.toString('base64').replace(/=+$/, '').slice(0, -2)
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), bytes.toString('hex')]
  return [...new Set([...forms, inBase64, inBase64.replaceAll('+', '-').replaceAll('/', '_')])]
}
