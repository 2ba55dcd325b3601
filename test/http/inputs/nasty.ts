import type { Shape } from './fields'

const quoted = (text: string): string => JSON.stringify(text)

const long = 'x'.repeat(10_000)

/** Texts that have broken systems like ours: empty ones, ones that look like something else, and signs that show nothing. */
const plainTexts = [
  '',
  ' ',
  '   \t ',
  'x',
  long,
  '😀'.repeat(300),
  '\ufdfa'.repeat(200),
  'e\u0301'.repeat(100),
  `a@${'a.'.repeat(120)}a`,
  'a@example.com',
  'A..b@example.com',
  'Siti <siti@example.com>',
  ...['true', 'false', 'null', 'undefined', 'NaN', 'Infinity', '-Infinity', '[object Object]'],
  ...['toString', '__proto__', 'constructor', 'hasOwnProperty', 'valueOf'],
  ...['0', '-0', '-1', '1', '01', '+1', '1.0', '1.5', '1e3', '1e308', '0x10', '1_000', '１２３', ' 1', '1 '],
  ...['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993', '99999999999999999999999'],
  ...["'; drop table users; --", '%', '_', '*', '"', '\\', '../../etc/passwd', '{{7*7}}', '<script>alert(1)</script>'],
  ...['\ud83d\ude00', '\u202egnp.exe', '\u200b', '\u2066\u2069', '\ufeff', '\u2800', '\u3164', '\u00ad', 'a\u200db'],
  ...['line\nbreak', 'carriage\r\nreturn', 'tab\there', '\u2028', '\u0007', '\u001b[2J', '\u0085'],
]

/** Days at the edges of calendars and of what a Date can hold. */
const moments = [
  ...['0000-01-01T00:00:00Z', '0000-02-29T00:00:00Z', '0001-01-01T00:00:00+23:59', '1582-10-10T00:00:00Z'],
  ...['1969-12-31T23:59:59.999Z', '1900-02-29T00:00:00Z', '2000-02-29T00:00:00Z', '2026-02-30T00:00:00Z'],
  ...['2016-12-31T23:59:60Z', '2026-01-31T24:00:00Z', '2026-13-01T00:00:00Z', '2026-01-31', '2026-01-31T00:00:00'],
  ...[
    '9999-12-31T23:59:59.999999999Z',
    '9999-12-31T23:59:59-23:59',
    '10000-01-01T00:00:00Z',
    '+275760-09-13T00:00:00Z',
  ],
  ...['2026-01-31t00:00:00z', '2026-01-31 00:00:00Z', '2026-01-31T00:00Z', '2026-01-31T00:00:00+24:00'],
]

/** In a URL everything is text. */
export const nastyTexts: string[] = [...plainTexts, ...moments, 'a\u0000b', 'x'.repeat(500)]

/** What no URL-encoder writes: bytes that are no UTF-8, cut off escapes. */
export const brokenEscapes = ['%', '%zz', '%ED%A0%80', '%C0%AF', '%FF', '%F0%9F%98', 'a%00b', '%252e%252e']

/** As they stand in a body: some could not be written by JSON.stringify. */
export const nastyJson: string[] = [
  ...nastyTexts.map(quoted),
  ...['null', 'true', 'false', '0', '-0', '1', '-1', '1.5', '1.0', '1e3', '1e-7', '1e308', '-1e308', '1e400', '-1e400'],
  ...['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740992', '1000000000000000000000000'],
  ...['2147483647', '2147483648', '4294967296', '-2147483649', '5e-324'],
  ...['[]', '[null]', '[[]]', '["x"]', '["read","read"]', '[0,1,2]', '[{}]', `[${'0,'.repeat(200)}0]`],
  ...['{}', '{"toString":1}', '{"valueOf":null}', '{"toJSON":1}', '{"length":1}', '{"then":1}', '{"":""}', '{"a":{}}'],
  ...[
    '{"__proto__":{"admin":true}}',
    '{"constructor":{"prototype":{"admin":true}}}',
    '{"a\\u0000b":1}',
    '{"\\ud800":1}',
  ],
  ...['{"anyName":"x"}', '{"anyName":{}}', '{"anyName":null}', `{${quoted(long)}:1}`],
  ...['"\\ud800"', '"\\udc00\\ud800"', '"a\\ud800b"', '"\\u0000"', '"\\u0041\\u0042\\u0043\\u0044\\u0045"'],
  `${'['.repeat(31)}${']'.repeat(31)}`,
  `${'['.repeat(200)}${']'.repeat(200)}`,
]

/** Just what a field takes, and one more or less. */
export function edgeTexts({ enum: words = [], type, maxLength, minLength, minimum, maximum }: Shape): string[] {
  const ofWords = words.flatMap((word) => [`${word}`, `${word} `, `${word}`.toUpperCase()])
  if (type === 'integer') return [minimum! - 1, minimum!, maximum!, maximum! + 1].map(String)
  if (maxLength === undefined) return ofWords
  const lengths = [maxLength, maxLength + 1, minLength ?? 1, (minLength ?? 1) - 1].filter((length) => length >= 0)
  return [...lengths.map((length) => 'x'.repeat(length)), '😀'.repeat(maxLength), '😀'.repeat(maxLength + 1)]
}

/** The same as JSON; a text may be written all in escapes, and still fits. */
export function edgeJson(shape: Shape): string[] {
  const members = shape.anyOf ?? [shape]
  return members.flatMap((member) => {
    const texts = edgeTexts(member)
    if (member.type === 'integer') return texts
    const { maxLength } = member
    const escaped = maxLength === undefined ? [] : [`"${'\\ud83d\\ude00'.repeat(maxLength)}"`]
    return [...texts.map(quoted), ...escaped]
  })
}

/** Names that a body does not have, and that every object seems to have. */
export const strangeNames = ['nope', '', 'toString', '__proto__', 'constructor', 'hasOwnProperty', 'a\u0000b', 'id']
