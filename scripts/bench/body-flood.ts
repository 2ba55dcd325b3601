// The catalog while nobody in particular sends the worst bodies there are, from other connections of another process. By itself:
// bun scripts/bench/body-flood.ts
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Line, printTable } from './figures'
import { besideCatalog, floodMs } from './flood'
import { runLoadElsewhere } from './load'
import { post } from './requests'
import { sourceCommand } from './server'

const connections = 8
/** Without limits a connection's megabytes come as fast as they can be taken: then it is told, and nothing is promised. */
const longestMs = { on: 10 }
const kibibyte = 1024

export const benchBodyFlood = (command: string[], folder: string, rounds: number): Promise<Line[]> =>
  besideCatalog(command, folder, {
    name: 'bodies',
    longestMs,
    rounds,
    pour: (port) => runLoadElsewhere({ host: '127.0.0.1', port, connections, durationMs: floodMs, requests }),
  })

const filled = (start: string, unit: string, end: string, bytes: number): string =>
  start + unit.repeat((bytes - start.length - end.length) / unit.length) + end

const manyNames = (bytes: number): string =>
  `{${Array.from({ length: bytes / 12 }, (_, index) => `"n${String(index).padStart(5, '0')}":0`).join()}}`

/** As long as is read at all, and just short of where the connection is cut. */
const requests = ['/api/auth/login', '/api/auth/register', '/api/webhooks/midtrans'].flatMap((path) =>
  [5 * kibibyte, 30 * kibibyte, 1000 * kibibyte].flatMap((bytes) =>
    [
      filled('{"email":"', 'x', '"}', bytes),
      filled('{"email":"a@', 'a.', 'a"}', bytes),
      filled('{"email":"', '\\u0000', '"}', bytes),
      filled('{"order_id":[', '0,', '0]}', bytes),
      filled('', '[', '', bytes),
      manyNames(bytes),
    ].map((body) => post(path, undefined, body)),
  ),
)

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), 'minispod-bench-'))
  try {
    console.log(printTable(await benchBodyFlood(sourceCommand, folder, 1)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
