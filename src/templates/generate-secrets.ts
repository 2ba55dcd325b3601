import type { Template, TemplateSecret } from './template'

/** Cryptographically strong bytes, as many as asked for. */
type RandomBytes = (length: number) => Uint8Array

const alphabets: Record<TemplateSecret['alphabet'], string> = {
  alphanumeric: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  hex: '0123456789abcdef',
}

/** A source that stays useless for this many rounds is broken, not unlucky: each round keeps 3 of 4 bytes or more. */
const maxRounds = 32

/** One value for every secret of the template, by its key; those that exist stay as they are. */
export function generateSecrets(
  template: Template,
  random: RandomBytes,
  existing: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return Object.fromEntries(
    template.secrets.map((secret) => [secret.key, existing[secret.key] ?? generateSecret(secret, random)]),
  )
}

function generateSecret({ length, alphabet }: TemplateSecret, random: RandomBytes): string {
  const letters = alphabets[alphabet]
  // Bytes past the last whole multiple are dropped: taking the remainder of all would favour the first letters.
  const limit = 256 - (256 % letters.length)
  let text = ''
  for (let round = 0; round < maxRounds && text.length < length; round++) {
    for (const byte of random(length)) if (byte < limit && text.length < length) text += letters[byte % letters.length]
  }
  if (text.length < length) throw new Error('the source of random bytes is broken')
  return text
}
