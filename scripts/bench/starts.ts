import { join } from 'node:path'
import { below, figuresOf, type Line } from './figures'
import type { Run } from './run'
import { sourceCommand, startServer } from './server'

/** Source and binary take turns, on a new folder and on one that was served before. */
export async function benchStarts({ command: binary, folder, quick }: Run): Promise<Line[]> {
  const starts = quick ? 3 : 9
  const idleMs = quick ? 4_000 : 10_000
  const lines: Line[] = []
  const commands: [string, string[]][] = [
    ['binary', binary],
    ['source', sourceCommand],
  ]
  const first = new Map<string, number[]>(commands.map(([name]) => [name, []]))
  const later = new Map<string, number[]>(commands.map(([name]) => [name, []]))
  const resident = new Map<string, number[]>(commands.map(([name]) => [name, []]))
  for (let start = 0; start < starts; start++) {
    for (const [name, command] of commands) {
      const dataDir = join(folder, `start-${start}-${name}`)
      const fresh = await startServer(command, dataDir)
      first.get(name)!.push(fresh.readyMs)
      await fresh.stop()
      const again = await startServer(command, dataDir)
      later.get(name)!.push(again.readyMs)
      if (start < (quick ? 1 : 3)) {
        await Bun.sleep(idleMs)
        resident.get(name)!.push(again.residentMb())
      }
      await again.stop()
    }
  }
  for (const [name] of commands) {
    const [ready, firstReady, memory] = [later, first, resident].map((values) => figuresOf(values.get(name)!))
    lines.push({
      name: `ready to serve, ${name}`,
      figures: ready!,
      unit: 'ms',
      target: below(ready!.median, 500, 'ms'),
    })
    lines.push({ name: `first start on an empty folder, ${name}`, figures: firstReady!, unit: 'ms' })
    lines.push({
      name: `resident after ${idleMs / 1000} s idle, ${name}`,
      figures: memory!,
      unit: 'MiB',
      target: below(memory!.median, 120, 'MiB'),
    })
  }
  return lines
}
