import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { notFound } from '../../src/lib/errors'
import { indonesian } from '../../src/lib/indonesian'
import { preferredLocale } from '../../src/lib/locale'
import { translate } from '../../src/lib/translate'

const root = join(import.meta.dir, '../../src')
/** What they say is for the operator at the terminal, or is a receiver's of webhooks; no caller of the API reads it. */
const forOperators =
  /^(cli|config|data-dir|db|embedded|boot|kube)\/|http\/example-|key-rotation|lib\/seal|http\/outgoing|templates\/check/

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !forOperators.test(file),
)

/** Every text that an AppError, a rule of a field or a transaction of these sources can carry, with X for what is put in. */
function textsOf(source: string): string[] {
  const text = String.raw`('(?:[^'\\]|\\.)*'|\`(?:[^\`\\]|\\.)*\`)`
  const places = [
    String.raw`new AppError\(\s*'[A-Z_]+',\s*${text}`,
    `message: ${text}`,
    String.raw`(?:tell|return) ?\(?(?=['\`](?:This |The |An ))${text}`,
    // A rule of a field, wherever it stands; what is put together from pieces is tried below.
    String.raw`(?=['\`]Expected )${text}`,
  ]
  const found = places.flatMap((place) => [...source.matchAll(new RegExp(place, 'g'))].map(([, quoted]) => quoted!))
  const missing = [...source.matchAll(/notFound\('([^']+)'\)/g)].map(([, what]) => `'${notFound(what!).message}'`)
  return [...found, ...missing].map((quoted) => quoted.slice(1, -1).replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, 'X'))
}

test('every text that a caller can read has its Indonesian', () => {
  const texts = files.flatMap((file) => textsOf(readFileSync(join(root, file), 'utf8')))
  expect(texts.length).toBeGreaterThan(150)
  const own = texts.filter((text) => /^[A-Z]/.test(text) && !text.startsWith('X not found'))
  expect([...new Set(own.filter((text) => translate(text, 'id') === text))]).toEqual([])
})

test('what is put into a text stays, and keeps its place', () => {
  expect(translate('At most 5 tokens at a time; revoke one first', 'id')).toBe(
    'Paling banyak 5 token sekaligus; cabut satu dahulu',
  )
  expect(translate('At least Rp 10.000 must be paid by QRIS', 'id')).toBe('Paling sedikit Rp 10.000 dengan QRIS')
  expect(translate('n8n, upgraded to Pro', 'id')).toBe('n8n, naik ke Pro')
})

test('English stays as it is, and so does what nobody has translated', () => {
  expect(translate('Too many requests', 'en')).toBe('Too many requests')
  expect(translate('Too many requests', undefined)).toBe('Too many requests')
  expect(translate('constructor', 'id')).toBe('constructor')
  expect(translate('x'.repeat(100_000), 'id')).toHaveLength(100_000)
})

test('each translation holds as many places as its text', () => {
  for (const [english, text] of Object.entries(indonesian))
    expect([english, text.split('{}').length]).toEqual([english, english.split('{}').length])
})

test.each([
  ['id', 'id'],
  ['id-ID,en;q=0.8', 'id'],
  ['en;q=0.9,id', 'id'],
  ['id;q=0.1,en;q=0.2', 'en'],
  ['id;q=0', undefined],
  ['fr,*', undefined],
  ['', undefined],
  [null, undefined],
  [`${'x,'.repeat(10_000)}id`, undefined],
] as const)('Accept-Language %p asks for %p', (accepted, locale) => {
  expect(preferredLocale(accepted)).toBe(locale as never)
})
