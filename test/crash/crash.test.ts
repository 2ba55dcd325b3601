import { expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { seed } from '../support/seed'
import { crash } from './harness'

const program = resolve(import.meta.dir, '../../src/main.ts')
const longMs = 120_000

test(
  'a server that is killed five times under load loses nothing that it has answered, and does nothing twice',
  async () => {
    const command = [process.execPath, '--no-env-file', program]
    const result = await crash({ kills: 5, seed, command, thorough: false, report: () => {} })
    // The seed stands here so that a failure names it.
    const { folder, findings } = result
    expect({ seed, folder, findings }).toEqual({ seed, folder, findings: [] })
    expect(result.answers).toBeGreaterThan(5)
  },
  longMs,
)
