import type { Order } from './declared-order'
import type { Arrow } from './import-graph'

/** What may be imported past a feature's door: tables are joined, schemas are parts of others. */
const openFiles = new Set(['index.ts', 'tables.ts', 'schema.ts'])
/** Everything in one type, and nothing that runs. */
const partsFile = 'parts.ts'

const partsOf = (path: string): string[] => path.replace(/\.ts$/, '').split('/')
const topOf = (path: string): string => partsOf(path)[0]!
const featureOf = (path: string): string | undefined => (topOf(path) === 'features' ? partsOf(path)[1] : undefined)
const fileOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Every arrow against the order, in words that name both ends. */
export function findBreaches(arrows: readonly Arrow[], order: Order): string[] {
  return arrows.flatMap((arrow) => {
    const why = breachOf(arrow, order)
    return why === undefined ? [] : [`${arrow.from} imports ${arrow.to}: ${why}`]
  })
}

function breachOf({ from, to }: Arrow, { levels, features }: Order): string | undefined {
  const [over, under] = [topOf(from), topOf(to)]
  if (under === 'embedded' && over !== under && over !== 'boot') return 'only boot knows that there is a stand-in'
  if (over !== under) return from === partsFile ? undefined : breachOfLevels(levels, over, under)
  const [room, other] = [featureOf(from), featureOf(to)]
  if (room === undefined || other === undefined || room === other) return undefined
  if (!openFiles.has(fileOf(to))) return `${other} has a door, its index.ts`
  if (fileOf(to) !== 'index.ts') return undefined
  return breachOfLevels(
    features.map((feature) => [feature]),
    room,
    other,
  )
}

function breachOfLevels(levels: readonly string[][], over: string, under: string): string | undefined {
  const rank = (name: string): number => levels.findIndex((level) => level.includes(name))
  for (const name of [over, under]) if (rank(name) < 0) return `${name} has no place in the order`
  return rank(under) > rank(over) ? undefined : `${under} does not stand below ${over}`
}

/** Files that reach themselves by imports that run, each circle once. */
export function findCircles(arrows: readonly Arrow[]): string[][] {
  const next = new Map<string, string[]>()
  for (const { from, to, typeOnly } of arrows) if (!typeOnly) next.set(from, [...(next.get(from) ?? []), to])
  const reached = new Map([...next.keys()].map((file) => [file, reachableFrom(file, next)]))
  const inCircle = [...next.keys()].filter((file) => reached.get(file)!.has(file))
  const circleOf = (file: string) =>
    inCircle.filter((other) => reached.get(file)!.has(other) && reached.get(other)!.has(file)).sort()
  const circles = new Map(inCircle.map((file) => [circleOf(file)[0], circleOf(file)]))
  return [...circles.values()]
}

function reachableFrom(file: string, next: ReadonlyMap<string, string[]>): Set<string> {
  const reached = new Set<string>()
  const open = [...(next.get(file) ?? [])]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached.has(at)) continue
    reached.add(at)
    open.push(...(next.get(at) ?? []))
  }
  return reached
}
