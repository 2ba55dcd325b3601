// Draws docs/lifecycle.md anew from the table of the lifecycle: bun scripts/lifecycle-page.ts. A test compares the two.
import { join } from 'node:path'
import { events, type LifecycleEvent, lifecycle, type State } from '../src/features/subscriptions/lifecycle'

const nameOf = (state: State): string => state.replace('/', '_')

/** The table of the lifecycle as a Mermaid state diagram: what docs/lifecycle.md shows, and is checked against. */
export function lifecycleDiagram(): string {
  const arrows = new Map<string, string[]>()
  for (const [from, moves] of Object.entries(lifecycle) as [State, Partial<Record<LifecycleEvent, State>>][])
    for (const [event, targets] of Object.entries(moves))
      for (const to of [targets].flat()) {
        if (to === from) continue
        const arrow = `${nameOf(from)} --> ${nameOf(to)}`
        arrows.set(arrow, [...(arrows.get(arrow) ?? []), event])
      }
  return [
    'stateDiagram-v2',
    '    [*] --> PENDING: subscribe',
    ...[...arrows].map(([arrow, by]) => `    ${arrow}: ${by.join(', ')}`),
    '    REMOVED --> [*]',
  ].join('\n')
}

/** The same table as rows: what can be done in each state without leaving it, and by whom. */
export function lifecycleTable(): string {
  const rows = (Object.keys(events) as LifecycleEvent[]).map((event) => {
    const possible = (Object.keys(lifecycle) as State[]).filter((state) => lifecycle[state][event] !== undefined)
    return `| \`${event}\` | ${events[event].join(', ') || '*to come*'} | ${possible.map((state) => `\`${state}\``).join(' ')} |`
  })
  return ['| what | by whom | in which states |', '| --- | --- | --- |', ...rows].join('\n')
}

const diagramForm = /(?<=```mermaid\n)[\s\S]*?(?=\n```)/
const tableForm = /\| what \| by whom \| in which states \|\n[\s\S]*?(?=\n\n)/

if (import.meta.main) {
  const path = join(import.meta.dir, '..', 'docs', 'lifecycle.md')
  const page = await Bun.file(path).text()
  await Bun.write(path, page.replace(diagramForm, lifecycleDiagram).replace(tableForm, lifecycleTable))
}
