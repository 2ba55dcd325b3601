// The catalog while sign-ins with wrong passwords pour in from other connections of another process. By itself:
// bun scripts/bench/login-flood.ts
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Line, printTable } from './figures'
import { besideCatalog, floodMs } from './flood'
import { runLoadElsewhere } from './load'
import { post } from './requests'
import { sourceCommand } from './server'

const connections = 32
/** A catalog call meets at most the answers of the flood that stand before it. */
const longestMs = { on: 200, off: 200 }

/** Without limits passwords are hashed without end. */
export const benchLoginFlood = (command: string[], folder: string, rounds: number): Promise<Line[]> =>
  besideCatalog(command, folder, {
    name: 'sign-ins',
    longestMs,
    rounds,
    pour: (port) => runLoadElsewhere({ host: '127.0.0.1', port, connections, durationMs: floodMs, requests: [login] }),
  })

const login = post('/api/auth/login', undefined, { email: 'nobody@example.com', password: 'a wrong password' })

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), 'minispod-bench-'))
  try {
    console.log(printTable(await benchLoginFlood(sourceCommand, folder, 1)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
