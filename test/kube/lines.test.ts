import { expect, test } from 'bun:test'
import { LineSplitter } from '../../src/kube/lines'

const bytes = (text: string) => new TextEncoder().encode(text)

function split(chunks: Uint8Array[], splitter = new LineSplitter(1_000, 'cut')): string[] {
  const lines: string[] = []
  for (const chunk of chunks) splitter.push(chunk, lines)
  const last = splitter.end()
  return last === undefined ? lines : [...lines, last]
}

test('characters and lines survive any way of cutting the stream', () => {
  const whole = bytes('eins\n\nzwölf €\n𝄞 clef\nno end')
  const expected = ['eins', '', 'zwölf €', '𝄞 clef', 'no end']
  for (let size = 1; size <= whole.length; size++) {
    const chunks: Uint8Array[] = []
    for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size))
    expect(split(chunks)).toEqual(expected)
  }
})

test('a chunk that is reused after its turn does not change a line', () => {
  const splitter = new LineSplitter(100, 'cut')
  const lines: string[] = []
  const chunk = bytes('half')
  splitter.push(chunk, lines)
  chunk.fill(0x78)
  splitter.push(bytes(' whole\n'), lines)
  expect(lines).toEqual(['half whole'])
})

test('a line that is too long is cut before a character, and the next one is whole again', () => {
  for (const max of [4, 5, 6]) {
    const cut = split([bytes('abc€def'), bytes('ghi\nnext\n')], new LineSplitter(max, 'cut'))
    expect(cut).toEqual([max < 6 ? 'abc' : 'abc€', 'next'])
  }
  expect(split([bytes('abcdef\nx\n')], new LineSplitter(3, 'cut'))).toEqual(['abc', 'x'])
})

test('a line of exactly the limit is whole', () => {
  expect(split([bytes('ab€\n')], new LineSplitter(5, 'refuse'))).toEqual(['ab€'])
  expect(split([bytes('ab'), bytes('€\n')], new LineSplitter(5, 'refuse'))).toEqual(['ab€'])
})

test('a line that is too long is refused where nothing may be lost', () => {
  expect(() => split([bytes('abcd')], new LineSplitter(3, 'refuse'))).toThrow(RangeError)
  expect(() => split([bytes('abcd\n')], new LineSplitter(3, 'refuse'))).toThrow(RangeError)
})

test('an endless line costs no more memory than its limit', () => {
  const splitter = new LineSplitter(1_000, 'cut')
  const chunk = new Uint8Array(64 * 1024).fill(0x61)
  const lines: string[] = []
  for (let count = 0; count < 200; count++) splitter.push(chunk, lines)
  expect(lines).toEqual([])
  expect(splitter.end()).toHaveLength(1_000)
})
