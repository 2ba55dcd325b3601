import { afterAll } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bundleProgram } from '../../scripts/bundle'

/** For what is about a start from the sources themselves. */
export const sourceProgram = resolve(import.meta.dir, '../../src/main.ts')

let folder: string | undefined
let made: Promise<string> | undefined

/** What tests start in processes of their own: `npm test` makes it for all files of its run, else each run of a file makes its own. */
export function program(): Promise<string> {
  made ??= process.env.TEST_PROGRAM ? Promise.resolve(process.env.TEST_PROGRAM) : make()
  return made
}

function make(): Promise<string> {
  folder = mkdtempSync(join(tmpdir(), 'minispod-program-'))
  return bundleProgram(folder)
}

// Preloaded by bunfig.toml: so it is after the last file of a run.
afterAll(() => {
  if (folder) rmSync(folder, { recursive: true, force: true })
})
