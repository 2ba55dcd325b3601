import { expect, test } from 'bun:test'
import { program } from '../support/program'
import { seed } from '../support/seed'
import { crash } from './harness'

const longMs = 120_000

test(
  'a server that is killed five times under load loses nothing that it has answered, and does nothing twice',
  async () => {
    const command = [process.execPath, '--no-env-file', await program()]
    const result = await crash({ kills: 5, seed, command, thorough: false, report: () => {} })
    // The seed stands here so that a failure names it.
    const { folder, findings } = result
    expect({ seed, folder, findings }).toEqual({ seed, folder, findings: [] })
    expect(result.answers).toBeGreaterThan(5)
  },
  longMs,
)
