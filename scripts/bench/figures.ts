/** What several runs of one measurement gave. */
export interface Figures {
  median: number
  min: number
  max: number
}

export function figuresOf(values: number[]): Figures {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
  return { median, min: sorted[0]!, max: sorted.at(-1)! }
}

export interface Line {
  name: string
  figures: Figures
  unit: string
  /** Measured in the same run, taking turns. */
  baseline?: Baseline
  /** Another one that is told beside it. */
  other?: Baseline
  target?: { text: string; reached: boolean }
  /** Why there is no target, or it is out of reach. */
  note?: string
}

export interface Baseline {
  name: string
  figures: Figures
}

export const above = (value: number, least: number, unit: string): Line['target'] => ({
  text: `> ${whole.format(least)} ${unit}`,
  reached: value > least,
})

export const below = (value: number, limit: number, unit: string): Line['target'] => ({
  text: `< ${whole.format(limit)} ${unit}`,
  reached: value < limit,
})

const whole = new Intl.NumberFormat('en')
const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const precise = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })
const shown = (value: number): string => (value >= 100 ? grouped : precise).format(value)
const span = ({ median, min, max }: Figures): string => `${shown(median)} (${shown(min)}–${shown(max)})`

/** A table in Markdown: median (least–most) of the rounds. */
export function printTable(lines: Line[]): string {
  const rows = lines.map(({ name, figures, unit, baseline, other, target, note }) => {
    const baselines = [baseline, other].filter((one) => one !== undefined)
    return [
      name,
      `${span(figures)} ${unit}`,
      baselines.map((one) => `${one.name} ${span(one.figures)}`).join(', '),
      baselines.map((one) => `${precise.format(figures.median / one.figures.median)} ×`).join(', '),
      target ? target.text : '',
      note ?? (target ? (target.reached ? 'reached' : 'NOT REACHED') : ''),
    ]
  })
  const all = [['what', 'median (least–most)', 'baseline', 'ratio', 'target', ''], ...rows]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  const print = (row: string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  return [
    print(all[0]!),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...all.slice(1).map(print),
  ].join('\n')
}
