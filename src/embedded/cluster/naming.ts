/** The API's own alphabet for generated names: no vowels, so no words. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'
const suffixLength = 5
const maxBaseLength = 58

export function generatedName(prefix: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(suffixLength))
  let name = prefix.slice(0, maxBaseLength)
  for (const byte of bytes) name += alphabet[byte % alphabet.length]
  return name
}

const hashes = new WeakMap<object, string>()

/** A short, stable hash of a pod template, which is never changed in place: the same one always makes the same name. */
export function templateHash(template: object): string {
  const known = hashes.get(template)
  if (known) return known
  const text = JSON.stringify(template)
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index)
    hash = Math.imul(hash, 0x01000193) >>> 0
  }
  let encoded = ''
  for (const char of String(hash)) encoded += alphabet[char.charCodeAt(0) % alphabet.length]
  hashes.set(template, encoded)
  return encoded
}

/** Times in object metadata have no fraction. */
export const secondsOf = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`

/** A number from 0 to 1 that belongs to the text for ever. */
export function fractionOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return ((hash ^ (hash >>> 15)) >>> 0) / 0xffff_ffff
}
