// The baseline of a sale and of a renewal: the very statements that ours ran for each, with the same arguments, on the same schema with
// its triggers and indexes, prepared on one connection; what waits shares a commit that is on the disk before anybody is answered. Nothing
// else: no HTTP but Bun.serve's own, nobody is signed in, nothing is checked.
//   bun scripts/bench/bare-shop.ts serve DATABASE STATEMENTS ANSWER   answers each request with the next order
//   bun scripts/bench/bare-shop.ts loop DATABASE STATEMENTS           runs them all and prints how many a second
import { readFileSync } from 'node:fs'
import Database from 'libsql'
import type { RawServer } from './raw-server'
import { loadStatements, type Ran } from './statements'

const perCommit = 64

interface Files {
  /** Of its own: what is recorded was not done in it yet. */
  database: string
  statements: string
}

export async function startBareShop({ database, statements }: Files, answer: string): Promise<RawServer> {
  const child = Bun.spawn([process.execPath, import.meta.path, 'serve', database, statements, answer], {
    stdout: 'pipe',
  })
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

/** @returns orders a second */
export async function runBareLoop({ database, statements }: Files): Promise<number> {
  const child = Bun.spawn([process.execPath, import.meta.path, 'loop', database, statements], { stdout: 'pipe' })
  const said = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error(`the bare loop failed: ${said}`)
  return Number(said)
}

type Statement = ReturnType<Database.Database['prepare']>

class Shop {
  readonly #db: Database.Database
  readonly #kept = new Map<string, Statement>()
  readonly #orders: Ran[][]
  #next = 0

  constructor(database: string, statements: string) {
    this.#db = new Database(database)
    this.#db.exec(
      'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON',
    )
    this.#orders = loadStatements(statements)
  }

  get left(): number {
    return this.#orders.length - this.#next
  }

  commit(count: number): void {
    this.#db.exec('BEGIN IMMEDIATE')
    for (let done = 0; done < count; done++) this.#run(this.#orders[this.#next++]!)
    this.#db.exec('COMMIT')
  }

  #run(order: Ran[]): void {
    for (const { sql, args, how } of order) {
      const statement = this.#statement(sql)
      const bound = args.map((value) => (typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value))
      if (statement.reader && how !== 'run') statement.raw().all(bound)
      else statement.run(bound)
    }
  }

  #statement(sql: string): Statement {
    let kept = this.#kept.get(sql)
    if (!kept) {
      kept = this.#db.prepare(sql)
      this.#kept.set(sql, kept)
    }
    return kept
  }
}

function serve(shop: Shop, answerPath: string): number {
  const answer = readFileSync(answerPath)
  const head = { status: 201, headers: { 'content-type': 'application/json' } }
  let waiting: (() => void)[] = []
  const commit = () => {
    const answers = waiting
    waiting = []
    shop.commit(answers.length)
    for (const reply of answers) reply()
  }
  const { port } = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () =>
      new Promise<Response>((resolve) => {
        if (waiting.push(() => resolve(new Response(answer, head))) === 1) setImmediate(commit)
      }),
  })
  return port!
}

function loop(shop: Shop): number {
  const count = shop.left
  const startedAt = performance.now()
  while (shop.left > 0) shop.commit(Math.min(perCommit, shop.left))
  return (count * 1_000) / (performance.now() - startedAt)
}

if (import.meta.main) {
  const [mode, database, statements, answer] = process.argv.slice(2) as [string, string, string, string]
  const shop = new Shop(database, statements)
  console.log(mode === 'serve' ? serve(shop, answer) : loop(shop))
}
