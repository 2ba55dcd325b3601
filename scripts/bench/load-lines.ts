import { below, figuresOf, type Line } from './figures'
import type { LoadResult } from './load'

interface Wanted {
  perSecond?: Line['target']
  /** Of the slowest hundredth, in ms. */
  p99Ms?: number
  baseline?: { name: string; results: LoadResult[] }
}

/** What several rounds of one load gave: answers per second, and how long half and nearly all of them took. */
export function loadLines(name: string, results: LoadResult[], wanted: Wanted = {}): Line[] {
  const rateOf = (of: LoadResult[]) => figuresOf(of.map(({ perSecond }) => perSecond))
  const p50 = figuresOf(results.map(({ latencyMs }) => latencyMs.p50))
  const p99 = figuresOf(results.map(({ latencyMs }) => latencyMs.p99))
  const { baseline, p99Ms, perSecond } = wanted
  return [
    {
      name,
      figures: rateOf(results),
      unit: '/s',
      baseline: baseline && { name: baseline.name, figures: rateOf(baseline.results) },
      target: perSecond,
    },
    { name: `${name}, p50`, figures: p50, unit: 'ms' },
    {
      name: `${name}, p99`,
      figures: p99,
      unit: 'ms',
      target: p99Ms === undefined ? undefined : below(p99.median, p99Ms, 'ms'),
    },
  ]
}

export const medianRate = (results: LoadResult[]): number => figuresOf(results.map(({ perSecond }) => perSecond)).median
