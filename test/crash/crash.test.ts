import { expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { crash } from './harness'

const program = resolve(import.meta.dir, '../../src/main.ts')
const longMs = 120_000

test(
  'a server that is killed five times under load loses nothing that it has answered, and does nothing twice',
  async () => {
    const seed = Math.floor(Math.random() * 2 ** 32)
    const command = [process.execPath, '--no-env-file', program]
    const result = await crash({ kills: 5, seed, command, thorough: false, report: () => {} })
    // The seed stands here so that a failure names it.
    expect({ seed, folder: result.folder, findings: result.findings }).toEqual({
      seed,
      folder: result.folder,
      findings: [],
    })
    expect(result.answers).toBeGreaterThan(5)
  },
  longMs,
)
