// The baseline of a durable charge: Bun.serve and SQLite with nothing of ours between them. Each request moves a rupiah from one account
// to another and writes one row; what came in one turn of the loop shares a commit that is on the disk before anybody is answered.
import { join } from 'node:path'
import Database from 'libsql'
import type { RawServer } from './raw-server'

const accounts = 20_000

/** Serves from a process of its own. */
export async function startBareLedger(folder: string): Promise<RawServer> {
  const child = Bun.spawn([process.execPath, import.meta.path, join(folder, 'bare.db')], { stdout: 'pipe' })
  const { value } = await child.stdout.getReader().read()
  return {
    pid: child.pid,
    port: Number(new TextDecoder().decode(value)),
    async stop() {
      child.kill()
      await child.exited
    },
  }
}

function serve(path: string): number {
  const db = new Database(path)
  db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
    CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL) STRICT;
    CREATE TABLE entries (number INTEGER PRIMARY KEY, debit INTEGER NOT NULL, amount INTEGER NOT NULL) STRICT;
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${accounts})
      INSERT INTO accounts SELECT i, 1000 FROM n`)
  const move = db.prepare('UPDATE accounts SET balance = balance + ? WHERE id = ?')
  const write = db.prepare('INSERT INTO entries (debit, amount) VALUES (?, ?)')
  let waiting: (() => void)[] = []
  let next = 0
  const commit = () => {
    const answers = waiting
    waiting = []
    db.exec('BEGIN IMMEDIATE')
    for (let index = 0; index < answers.length; index++) {
      const debit = BigInt(1 + (next++ % accounts))
      move.run([-1n, debit])
      move.run([1n, 0n])
      write.run([debit, 1n])
    }
    db.exec('COMMIT')
    for (const answer of answers) answer()
  }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () =>
      new Promise<Response>((resolve) => {
        if (waiting.push(() => resolve(Response.json({ success: true }))) === 1) setImmediate(commit)
      }),
  })
  return server.port!
}

if (import.meta.main) console.log(serve(process.argv[2]!))
