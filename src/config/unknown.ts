/** A variable of the environment that nobody reads although it looks like one of ours: a slip that would otherwise go unseen. */
export interface UnknownVariable {
  name: string
  /** Of those that are known the one that may be meant. */
  meant?: string
}

/** What only we begin a name with; names like DATABASE_… and LOG_… are other programs' as well, and must come nearer. */
const ownPrefix =
  /^(?:MINISPOD|MIDTRANS|RESEND|SMTP|MAIL|TAX|BUSINESS|K8S|PAYMENT|ENCRYPTION|JWT|TRUSTED|CORS|METRICS)_/
/** Kubernetes sets these for every Service it knows, also for one that is called like us. */
const serviceLink = /_SERVICE_(?:HOST|PORT)|_PORT_\d+_/
const shortest = 6

export function findUnknownVariables(
  environment: Record<string, string | undefined>,
  known: readonly string[],
): UnknownVariable[] {
  const names = new Set(known)
  return Object.entries(environment)
    .filter(([name, value]) => value?.trim() && !names.has(name) && !isServiceLink(name, value))
    .map(([name]) => ({ name, meant: findNearest(name, known) }))
    .filter(({ name, meant }) => meant !== undefined || ownPrefix.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

const isServiceLink = (name: string, value: string): boolean => serviceLink.test(name) || value.startsWith('tcp://')

/** A known name that differs by a letter or two, or only in case and underscores. */
function findNearest(name: string, known: readonly string[]): string | undefined {
  if (name.length < shortest) return undefined
  const plain = plainOf(name)
  return known.find((candidate) => {
    const other = plainOf(candidate)
    if (other.length < shortest) return false
    const most = other.length < 10 ? 1 : 2
    return Math.abs(plain.length - other.length) <= most && distance(plain, other) <= most
  })
}

const plainOf = (name: string): string => name.toUpperCase().replaceAll('_', '')

/** How many letters must be put in, taken out, replaced or swapped with their neighbour. */
function distance(from: string, to: string): number {
  let before: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const cost = from[i - 1] === to[j - 1] ? 0 : 1
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost)
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      if (swapped) row[j] = Math.min(row[j]!, before[j - 2]! + 1)
    }
    before = last
    last = row
  }
  return last[to.length]!
}
