import { describe, expect, test } from 'bun:test'
import { csvHead, csvLine } from '../../src/features/wallet/csv'

const cell = (text: string) => csvLine([text], ',').slice(0, -2)

describe('what a spreadsheet would calculate is shown as text', () => {
  const signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹢', '﹣', '﹦', '﹫', '−']
  for (const sign of signs) {
    for (const before of ['', ' ', '   ', '\u00a0', '\u3000', '\ufeff', '\u200b', '\u0001', '"', "'", ' "', '`']) {
      test(JSON.stringify(`${before}${sign}`), () => {
        expect(cell(`${before}${sign}SUM(A1)`)).toContain(`'${sign}SUM`)
      })
    }
  }

  test('a tab, a carriage return or a line feed at the beginning never stands there', () => {
    for (const control of ['\t', '\r', '\n', '\r\n']) expect(cell(`${control}text`)).toBe(`"'${control}text"`)
  })

  test('nor does a formula begin where another program would split the cell', () => {
    expect(cell('a;=1+1')).toBe(`"a;'=1+1"`)
    expect(cell('a,@x,-2')).toBe(`"a,'@x,'-2"`)
    expect(cell('a\r\n =1')).toBe(`"a\r\n '=1"`)
    expect(cell('a\t=1')).toBe(`"a\t'=1"`)
  })

  test('an ordinary text stays as it is', () => {
    for (const text of ['WordPress Business', 'n8n - Pro', 'a=b', 'me@example.com', '2026-01-31', 'Toko “Maju”', '']) {
      expect(cell(text)).toBe(text)
    }
  })
})

test('numbers stay numbers, and nothing stays nothing', () => {
  expect(csvLine([-49_000, 0, null, 9_007_199_254_740_991, '-49000'], ',')).toBe(
    "-49000,0,,9007199254740991,'-49000\r\n",
  )
})

test('quotes what RFC 4180 wants quoted, whichever separator is used', () => {
  for (const separator of [',', ';'] as const) {
    expect(csvLine(['a,b', 'a;b', 'say "hi"', 'two\nlines', ' x'], separator)).toBe(
      `${['"a,b"', '"a;b"', '"say ""hi"""', '"two\nlines"', '" x"'].join(separator)}\r\n`,
    )
  }
})

test('begins with a byte order mark and the names', () => {
  expect(csvHead(['a', 'b'], ';')).toBe('\ufeffa;b\r\n')
})
