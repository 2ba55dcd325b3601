export interface Sample {
  metric: string
  labels: Record<string, string>
  value: number
}

export interface Family {
  name: string
  help: string
  type: string
  samples: Sample[]
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/
const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/y
const suffixes: Record<string, string[]> = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
}

/** Prometheus' text format, read as strictly as it is written down; throws where a scraper would. */
export function parseExposition(text: string): Family[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const families: Family[] = []
  for (const line of text.split('\n').filter((line) => line !== '')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    const family = families.at(-1)
    if (kind === 'HELP') {
      if (families.some((known) => known.name === name)) throw new Error(`${name} stands twice`)
      families.push({ name, help: rest, type: '', samples: [] })
    } else if (kind === 'TYPE') {
      if (family?.name !== name || !(rest in suffixes)) throw new Error(`a type out of place: ${line}`)
      family.type = rest
    } else {
      if (!family?.type) throw new Error(`a sample without its family: ${line}`)
      family.samples.push(parseSample(line, family))
    }
  }
  for (const family of families) assertUnique(family)
  return families
}

function parseSample(line: string, { name, type }: Family): Sample {
  const [, metric = '', inner, number = ''] = sampleLine.exec(line) ?? []
  if (!suffixes[type]!.some((suffix) => metric === name + suffix)) throw new Error(`not of ${name}: ${line}`)
  const value = number === '+Inf' ? Infinity : number === '-Inf' ? -Infinity : Number(number)
  if (number !== 'NaN' && Number.isNaN(value)) throw new Error(`no number: ${line}`)
  return { metric, labels: parseLabels(inner ?? '', line), value }
}

function parseLabels(inner: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {}
  label.lastIndex = 0
  while (label.lastIndex < inner.length) {
    const found = label.exec(inner)
    if (!found || found[1]! in labels) throw new Error(`labels: ${line}`)
    labels[found[1]!] = found[2]!
  }
  return labels
}

function assertUnique({ name, samples }: Family): void {
  const keys = samples.map(({ metric, labels }) => `${metric} ${JSON.stringify(Object.entries(labels).toSorted())}`)
  if (new Set(keys).size !== keys.length) throw new Error(`${name} has a series twice`)
}
