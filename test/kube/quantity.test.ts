import { expect, test } from 'bun:test'
import { parseCpu, parseMemory } from '../../src/kube/quantity'

test.each([
  ['250m', 250],
  ['1', 1_000],
  ['0.5', 500],
  ['2', 2_000],
  ['30000000n', 30],
  ['123456789n', 123.456789],
  ['1500u', 1.5],
  ['.25', 250],
  ['0', 0],
] as const)('a CPU quantity of %s is %d millicores', (text, millicores) => {
  expect(parseCpu(text)).toBe(millicores)
})

test.each([
  ['128974848', 128_974_848],
  ['129e6', 129_000_000],
  ['129E6', 129_000_000],
  ['129M', 129_000_000],
  ['123Mi', 128_974_848],
  ['1.5Gi', 1_610_612_736],
  ['98304Ki', 100_663_296],
  ['1k', 1_000],
  ['2Ti', 2_199_023_255_552],
  ['1E', 1e18],
  ['128974848000m', 128_974_848],
  ['1m', 1],
])('a memory quantity of %s is %d bytes', (text, bytes) => {
  expect(parseMemory(text)).toBe(bytes)
})

test.each(['', 'Mi', '1 Gi', '1gb', '1KI', '--1', '1.2.3', 'NaN', '0x10', '1e', '1e3m'])(
  '%p is no quantity',
  (text) => {
    expect(() => parseMemory(text)).toThrow(RangeError)
  },
)
