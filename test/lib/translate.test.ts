import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseConfig } from '../../src/config'
import { listPaymentMethods } from '../../src/features/top-ups/payment-methods'
import { notFound } from '../../src/lib/errors'
import { indonesian } from '../../src/lib/indonesian'
import { preferredLocale } from '../../src/lib/locale'
import { ruleOf } from '../../src/lib/text-forms'
import { translate } from '../../src/lib/translate'
import { templates } from '../../src/templates'
import { describeDocument } from '../http/openapi-document'

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
  const spoken = texts.flatMap((text) =>
    text === 'The X is not valid'
      ? ['body', 'query', 'path', 'header'].map((place) => text.replace('X', place))
      : [text],
  )
  const own = spoken.filter((text) => /^[A-Z]/.test(text) && !text.startsWith('X not found'))
  expect([...new Set(own.filter((text) => translate(text, 'id') === text))]).toEqual([])
})

/** Tables and rules whose texts stand alone. */
const alone = {
  'reconcile/trouble.ts': /: '([A-Z][^']+\.)'/g,
  'features/subscriptions/upgrade-end.ts': /: '([A-Z][^']+\.)'/g,
  'features/telemetry/metrics.ts': /'((?:The|There|No) [^']+)'/g,
  'features/instances/control.ts': /['`]([A-Z][a-z]+ [^'`]+)['`]/g,
  'templates/validate-inputs.ts': /['`"]((?:must|is|can't) [^`"']*(?:'t [^"]*)?)['`"]/g,
}

test.each(Object.entries(alone))('each sentence of %s has its Indonesian', (file, form) => {
  const found = [...readFileSync(join(root, file), 'utf8').matchAll(form)].map(([, text]) =>
    text!.replaceAll(/\$\{[^}]*\}/g, 'X'),
  )
  expect(found.length).toBeGreaterThan(3)
  expect(found.filter((text) => translate(text, 'id') === text)).toEqual([])
})

/** What a finding says of a payment begins with a small letter: it stands after a colon. */
test('each finding about a payment has its Indonesian', () => {
  const texts = files
    .filter((file) => file.startsWith('features/top-ups/'))
    .flatMap((file) => [
      ...readFileSync(join(root, file), 'utf8').matchAll(/\b(?:finding|told)(?: =|:)\s*(?:'([^']+)'|`([^`]+)`)/g),
    ])
    .map(([, plain, filled]) => plain ?? filled!.replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, 'X'))
    .filter((text) => /[a-z]/.test(text) && !text.includes('; now '))
    .flatMap((text) =>
      text.startsWith('refund X of X was sent')
        ? ['lists it with Rp 10.000', 'does not list it any more'].map((how) => text.replace(/X$/, how))
        : [text],
    )
    .flatMap((text) =>
      text.endsWith('is X: X')
        ? ['take it back by hand', 'if it was taken back by hand, give it again'].map((todo) =>
            text.replace(/X$/, todo),
          )
        : [text],
    )
  expect(texts.length).toBeGreaterThan(12)
  expect(texts.filter((text) => translate(text, 'id') === text)).toEqual([])
})

test('a top-up is described by the name of its method, never by its code', () => {
  for (const { method, name } of listPaymentMethods(parseConfig({}), 'id')) {
    const said = translate(`Top-up by ${method}`, 'id')
    expect(said.toLowerCase()).toBe(`isi saldo melalui ${name}`.toLowerCase())
  }
})

test('what a licence asks of the seller is said in both languages', () => {
  const notes = templates
    .filter(({ licence }) => licence.resale === 'needs-agreement')
    .map(({ licence }) => licence.note)
  expect(notes.length).toBeGreaterThan(1)
  expect(notes.filter((note) => translate(note, 'id') === note)).toEqual([])
})

test('what is not valid is so in one word', () => {
  const said = Object.entries(indonesian).filter(([english]) => / is not valid$/.test(english))
  expect(said.length).toBeGreaterThan(6)
  expect(said.filter(([, text]) => !text.endsWith(' tidak valid'))).toEqual([])
})

test('one thing has one name, and nobody stumbles again over the same words', () => {
  const said = files.flatMap((file) => readFileSync(join(root, file), 'utf8').split('\n'))
  expect(
    said.filter((line) =>
      /peningkatan|tanda terima|cara pembayaran|telah dikeluarkan|Terutang, dibayar|did not come to run|customer’s share of the cluster is used up\.',$/i.test(
        line,
      ),
    ),
  ).toEqual([])
})

test('no form of a text is told to people as the pattern it is', async () => {
  const document = JSON.stringify(await describeDocument())
  const forms = [...document.matchAll(/"pattern": ?("(?:[^"\\]|\\.)*")/g)].map(
    ([, form]) => JSON.parse(form!) as string,
  )
  expect(forms.length).toBeGreaterThan(5)
  expect([...new Set(forms.map(ruleOf).filter((rule) => /[\^$]/.test(rule)))]).toEqual([])
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
