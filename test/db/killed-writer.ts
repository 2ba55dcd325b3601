import { join } from 'node:path'

/**
 * Lets a process of its own write to a database until so many writes were acknowledged and some time has passed; then kills it.
 * @returns the ids that it was told of
 */
export async function writeUntilKilled(url: string, wanted: { atLeast: number; thenMs?: number }): Promise<string[]> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'children', 'write-for-ever.ts'), url], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  let printed = ''
  let isEnding = false
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    printed += part
    if (isEnding || printed.split('\n').length <= wanted.atLeast) continue
    isEnding = true
    setTimeout(() => child.kill('SIGKILL'), wanted.thenMs ?? 0)
  }
  await child.exited
  // What stands behind the last end of a line was cut off.
  return printed.split('\n').slice(0, -1)
}
