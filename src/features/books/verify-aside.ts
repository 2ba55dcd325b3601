import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { environmentOfChild } from '../../config'
import type { Parts } from '../../parts'
import type { VerifyReport } from './findings'

const maxToldCharacters = 1_000

/**
 * `minispod verify` in a process of its own: a look at every row and page takes seconds of computing, and a damaged file can
 * end the process that reads it. Rejects if anything is off, or if it could not look.
 */
export async function verifyAside({ config, log }: Pick<Parts, 'config' | 'log'>, signal: AbortSignal): Promise<void> {
  const child = Bun.spawn([...ownCommand(), 'verify', '--deep', '--json'], {
    env: environmentOfChild(config),
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    signal,
    killSignal: 'SIGKILL',
  })
  const [out, said] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  await child.exited
  signal.throwIfAborted()
  const report = reportIn(out)
  // Out of the database's reach: whoever rewrites the whole chain can't rewrite what was logged of it.
  if (report?.audit) log.info({ ...report.audit }, 'audit log checked')
  const found = [
    ...(report?.mismatches ?? []),
    ...(report?.audit ? [] : [said.trim() || 'verify ended without a word']),
  ]
  if (found.length > 0) throw new Error(found.join('; ').slice(0, maxToldCharacters))
}

/** This very program: a binary is its own, the sources need their interpreter. */
function ownCommand(): string[] {
  const main = join(import.meta.dir, '../../main.ts')
  return existsSync(main) ? [process.execPath, '--no-env-file', main] : [process.execPath]
}

function reportIn(out: string): VerifyReport | undefined {
  try {
    return JSON.parse(out) as VerifyReport
  } catch {
    return undefined
  }
}
