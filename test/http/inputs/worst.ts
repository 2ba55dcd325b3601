import { maxQueryLength } from '../../../src/http/request-line'
import type { Call } from '../who-may-call/row'
import { withText, withValue } from './change'
import type { Field, Inputs, Shape } from './fields'

/** A call that costs as much as its sender can make it cost. */
export interface Worst {
  name: string
  spoil(call: Call): Call
}

const maxQuery = maxQueryLength
const maxPath = 1_000
const mebibyte = 1024 * 1024

/** The dearest of each kind that fits the limits of one operation; `body` is one that it takes. */
export function worstOf({ fields, body: described }: Inputs, body: object): Worst[] {
  const inUrl = fields.flatMap(worstTexts)
  const queries = fields.some(({ place }) => place === 'query') ? worstQueries : []
  const bodies = described ? worstBodies(fields, described.maxBytes, body) : []
  return [...inUrl, ...queries, ...bodies]
}

/** Signs that take long to look at, whatever it is one looks for: words, their folds, their parts, ways to read them. */
const fillers = ['x', '1', '\u0301', '\ufdfa', '😀', 'qwerty', 'p4$$w0rd', '01012026', 'a.', 'a-']

function worstBodies(fields: Field[], maxBytes: number, body: object): Worst[] {
  const texts = new Map<string, string>()
  const inBody = fields.filter(({ place }) => place === 'body')
  for (const field of oneOfEachSort(inBody)) {
    const at = `/${field.steps.join('/')}`
    const set = (value: string) => withValue(body, field.steps, value)
    const room = Math.max(maxBytes - Buffer.byteLength(set('""')), 0)
    for (const [name, value] of longValues(room)) texts.set(set(value), `${at} = ${name}`)
  }
  for (const { steps, shape } of inBody) {
    for (const value of steps.length === 0 ? [] : fullTexts(shape)) {
      texts.set(
        withValue(body, steps, JSON.stringify(value)),
        `/${steps.join('/')} full of ${JSON.stringify(value.slice(0, 8))}`,
      )
    }
  }
  for (const filler of fillers) {
    texts.set(JSON.stringify(fullOf(inBody[0]!.shape, filler)), `everything full of ${JSON.stringify(filler)}`)
  }
  for (const [name, text] of beyond(maxBytes)) texts.set(text, name)
  return [...texts].map(([text, name]) => ({ name, spoil: (call) => ({ ...call, body: undefined, text }) }))
}

/** Whatever is too long for one text is so for all of them. */
function oneOfEachSort(fields: Field[]): Field[] {
  const sorts = new Map(
    fields.map((field) => [`${[field.shape.type].join()} ${field.shape.format} ${field.steps.length}`, field]),
  )
  return [...sorts.values()]
}

const times = (text: string, bytes: number): string =>
  text.repeat(Math.max(0, Math.floor(bytes / Buffer.byteLength(text))))

/** Values of so many bytes, of every kind that a parser or a check may be slow at. */
function longValues(bytes: number): [string, string][] {
  const half = Math.max(1, Math.floor(bytes / 2))
  const names = Array.from({ length: Math.floor(bytes / 10) }, (_, index) => `"n${index}":0`)
  return [
    ['a long text', `"${times('x', bytes)}"`],
    ['a long text of escapes', `"${times('\\u0061', bytes)}"`],
    ['a long text of NULs', `"${times('\\u0000', bytes)}"`],
    ['a long text of halves', `"${times('\\ud800', bytes)}"`],
    ['a long text of pairs', `"${times('😀', bytes)}"`],
    ['what looks like an address', `"a@${times('a.', bytes - 4)}a"`],
    ['what looks like an address, and ends otherwise', `"a@${times('a-', bytes - 4)}!"`],
    ['a long number', `1${times('0', bytes)}`],
    ['a long fraction', `0.${times('1', bytes)}`],
    ['a long list', `[${times('0,', bytes - 2)}0]`],
    ['a list of objects', `[${times('{},', bytes - 2)}{}]`],
    ['lists in lists', `${times('[', half)}${times(']', half)}`],
    ['lists in lists that nobody closes', times('[', bytes)],
    ['objects in objects', `${times('{"a":', (bytes / 6) * 5)}0${times('}', bytes / 6)}`],
    ['many names', `{${names.join().slice(0, -1)}}`.replace(/,[^,]*\}$/, '}')],
    ['one name again and again', `{${times('"email":0,', bytes - 10)}"email":0}`],
    ['a long name', `{"${times('x', bytes - 4)}":0}`],
    ['a long name of NULs', `{"${times('\\u0000', bytes - 4)}":0}`],
    ['spaces', `${times(' ', bytes)}0`],
    ['a text that nobody closes', `"${times('x', bytes)}`],
    ['a text of backslashes', `"${times('\\\\', bytes)}"`],
  ]
}

/** As long as a text may be, and longer in no other way. */
function fullTexts({ type, enum: words, maxLength = 0, format }: Shape): string[] {
  if (type !== 'string' || words || maxLength === 0) return []
  if (format === 'email') return [`${'a.'.repeat((maxLength - 5) / 2)}a@b.c`, `a@${'a.'.repeat((maxLength - 3) / 2)}a`]
  return fillers.map((filler) => [...filler.repeat(maxLength)].slice(0, maxLength).join(''))
}

/** As much of everything as a schema lets in. */
function fullOf(shape: Shape, filler: string): unknown {
  const {
    anyOf,
    enum: words,
    properties = {},
    additionalProperties,
    propertyNames,
    maxProperties = 0,
    maxLength = 0,
  } = shape
  if (words) return words[0]
  if (anyOf) return fullOf(anyOf[0]!, filler)
  if (shape.type === 'array') return Array.from({ length: shape.maxItems! }, () => fullOf(shape.items!, filler))
  if (shape.type === 'string') return fullTexts(shape)[0] && [...filler.repeat(maxLength)].slice(0, maxLength).join('')
  if (shape.type === 'integer') return shape.maximum
  if (shape.type === 'boolean') return true
  const named = Object.entries(properties).map(([name, value]) => [name, fullOf(value, filler)])
  const others = Array.from({ length: typeof additionalProperties === 'object' ? maxProperties : 0 }, (_, index) => [
    `${index}`.padEnd(propertyNames!.maxLength!, filler.slice(0, 1)),
    fullOf(additionalProperties as Shape, filler),
  ])
  return Object.fromEntries([...named, ...others])
}

const beyond = (maxBytes: number): [string, string][] => [
  ['a byte too many', ' '.repeat(maxBytes + 1)],
  ['a mebibyte', `{"email":"${times('x', mebibyte - 20)}"}`],
  ['a mebibyte of lists', times('[', mebibyte)],
]

function worstTexts({ place, ...field }: Field): Worst[] {
  if (place === 'body') return []
  const room = place === 'path' ? maxPath - 150 : place === 'query' ? maxQuery - 150 : 4_000
  const signs = place === 'header' ? ['x', '1', '"'] : ['x', 'a.', '%']
  return signs.map((sign) => {
    const text = sign.repeat(room / encodeURIComponent(sign).length)
    const name = `${place} ${field.steps[0]} of ${JSON.stringify(sign)}`
    return { name, spoil: (call) => withText(call, { place, ...field }, text) }
  })
}

const worstQueries: Worst[] = Object.entries({
  'many names': Array.from({ length: 300 }, (_, index) => `n${index}=`).join('&'),
  'one name again and again': times('page=1&', maxQuery - 20),
  'nothing between': times('&', maxQuery - 20),
  escapes: `page=${times('%41', maxQuery - 20)}`,
  'broken escapes': `page=${times('%', maxQuery - 20)}`,
  brackets: times('a[]=1&', maxQuery - 20),
  'longer than may be': `page=${times('x', 2 * maxQuery)}`,
}).map(([name, rawQuery]) => ({ name: `a query of ${name}`, spoil: (call) => ({ ...call, rawQuery }) }))
