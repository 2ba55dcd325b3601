import { expect, test } from 'bun:test'
import {
  compareTimestamps,
  formatPosition,
  type LogPosition,
  parsePosition,
  toUtc,
} from '../../src/features/telemetry/log-position'

const position: LogPosition = {
  pod: 'n8n-1-abc',
  container: 'app',
  timestamp: '2026-01-02T03:04:05.123456789Z',
  ordinal: 2,
}

test('a position survives its way through an event’s id', () => {
  expect(parsePosition(formatPosition(position))).toEqual(position)
})

test('what is no id of ours starts from nothing', () => {
  const valid = formatPosition(position)
  const odd = [
    null,
    '',
    'x',
    '||||',
    valid.replace('|2', '|two'),
    valid.replace('|2', '|'),
    valid.replace('Z|', '|'),
    `|${valid}`,
    `${'9'.repeat(5_000)}|a|b|1`,
    'pod|app|2026-01-02|1',
    valid.replace('|2', '|99999999'),
  ]
  for (const id of odd) expect(parsePosition(id)).toBeUndefined()
})

test('timestamps of any number of digits are put in their order', () => {
  const ordered = [
    '2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00.000000001Z',
    '2026-01-01T00:00:00.09Z',
    '2026-01-01T00:00:00.1Z',
    '2026-01-01T00:00:01Z',
  ]
  for (const [i, a] of ordered.entries())
    for (const [j, b] of ordered.entries()) expect(compareTimestamps(a, b)).toBe(Math.sign(i - j))
  expect(compareTimestamps('2026-01-01T00:00:00.100Z', '2026-01-01T00:00:00.1Z')).toBe(0)
})

test('a node’s own time zone becomes UTC without losing a digit', () => {
  expect(toUtc('2026-01-01T03:00:00.123456789+07:00')).toBe('2025-12-31T20:00:00.123456789Z')
  expect(toUtc('2026-01-01T03:00:00-05:30')).toBe('2026-01-01T08:30:00Z')
  expect(toUtc('2026-01-01T03:00:00.5Z')).toBe('2026-01-01T03:00:00.5Z')
  expect(parsePosition(formatPosition({ ...position, timestamp: toUtc('2026-01-01T03:00:00.12+07:00') }))).toBeDefined()
})
