import { readFileSync } from 'node:fs'

/** The order that docs/architecture.md declares: each name may import what stands below it. */
export interface Order {
  /** Of src, from top to bottom; those of one level know nothing of each other. */
  levels: string[][]
  /** Rooms of src/features, from top to bottom, and which of them are not built yet. */
  features: string[]
  planned: Set<string>
}

export function declaredOrder(path = 'docs/architecture.md'): Order {
  const section = readFileSync(path, 'utf8').split('## Who may import whom\n')[1]?.split('\n## ')[0]
  if (section === undefined) throw new Error(`${path} declares no order`)
  const block = /```\n([^`]*)```/.exec(section)?.[1] ?? ''
  const rooms = [...section.matchAll(/^\| `([\w-]+)\/` \| (.*) \|$/gm)].map(([, name, holds]) => ({
    name: name!,
    holds: holds!,
  }))
  return {
    levels: block
      .split('\n')
      .flatMap((line) => (line.trim() === '' ? [] : [line.split(',').map((name) => name.trim())])),
    features: rooms.map(({ name }) => name),
    planned: new Set(rooms.flatMap(({ name, holds }) => (holds.startsWith('*to come*') ? [name] : []))),
  }
}
