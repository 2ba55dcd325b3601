import { inspect } from 'node:util'

let planted = 0

/** A text that occurs nowhere else, so that finding it says where it came from. */
export const newCanary = (what: string): string =>
  `cnry${++planted}z${Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString('hex')}z${what.replaceAll(/\W/g, '')}`

/** So many characters of a form lead to it; a secret is longer in all of them. */
const keyLength = 8

/** Secrets that were planted or handed out, and how to find them again in whatever form they may come out. */
export class Canaries {
  readonly #formsByKey = new Map<string, { name: string; form: string }[]>()
  /** Whether a form begins with these two characters: thousands are looked for in megabytes. */
  readonly #begins = new Uint8Array(2 ** 16)
  #size = 0

  /** `name` says in a failure which one it was. */
  add(name: string, secret: string): string {
    this.#size++
    for (const form of formsOf(secret)) {
      if (form.length < keyLength) throw new Error(`${name} is too short to be looked for`)
      const key = form.slice(0, keyLength)
      const others = this.#formsByKey.get(key) ?? []
      this.#formsByKey.set(key, [...others, { name, form }])
      this.#begins[pairAt(form, 0)] = 1
    }
    return secret
  }

  plant(name: string): string {
    return this.add(name, newCanary(name))
  }

  get size(): number {
    return this.#size
  }

  /** The names of those that stand in a text or in bytes. */
  findIn(where: string | Buffer): string[] {
    const text = typeof where === 'string' ? where : where.toString('latin1')
    const found = new Set<string>()
    for (let at = 0; at + keyLength <= text.length; at++) {
      if (this.#begins[pairAt(text, at)] === 0) continue
      for (const { name, form } of this.#formsByKey.get(text.slice(at, at + keyLength)) ?? [])
        if (text.startsWith(form, at)) found.add(name)
    }
    return [...found]
  }

  /** Of a value as deep as it goes, with what an error carries beside its message. */
  findInValue(value: unknown): string[] {
    return this.findIn(inspect(value, { depth: 12, maxArrayLength: null, maxStringLength: null, showHidden: false }))
  }
}

const pairAt = (text: string, at: number): number => ((text.charCodeAt(at) << 8) ^ text.charCodeAt(at + 1)) & 0xffff

/** As it is, as it stands in URLs and in Basic authentication, and as bytes would be shown. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  // The last characters of base64 depend on what follows.
  const inBase64 = bytes.toString('base64').replace(/=+$/, '').slice(0, -2)
  const forms = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    bytes.toString('latin1'),
  ]
  return [...new Set([...forms, inBase64, inBase64.replaceAll('+', '-').replaceAll('/', '_')])]
}
