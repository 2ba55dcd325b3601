// Looks at, or changes, a database in a process of its own: `ending.ts look|hours-pass FILE`. See copyHouse for why.
import { FileConnection } from '../../src/db/connection'

/** A job due this long ago that still waits has been forgotten. */
const overdueMs = 5_000

export interface Seen {
  /** What is still on its way, in words; empty once all that was under way has ended. */
  unended: string[]
  topUps: { id: string; orderId: string; status: string }[]
}

/** Of a database that a server may be serving from. */
export async function lookAt(database: string): Promise<Seen> {
  return JSON.parse(await runElsewhere('look', database))
}

/** Lets time pass until every open order is to be asked for again. Only for a database that nobody serves. */
export async function letHoursPass(database: string): Promise<void> {
  await runElsewhere('hours-pass', database)
}

async function runElsewhere(verb: 'look' | 'hours-pass', database: string): Promise<string> {
  const child = Bun.spawn([process.execPath, '--no-env-file', import.meta.path, verb, database], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const [said, code] = await Promise.all([new Response(child.stdout).text(), child.exited])
  if (code !== 0) throw new Error(`${verb} ended with ${code}`)
  return said
}

function look(on: FileConnection): Seen {
  const found = [
    ...on.all(`SELECT kind || ' job ' || id || ' is ' || status || ': ' || coalesce(last_error, '') FROM jobs
      WHERE status IN ('DEAD', 'RUNNING') OR (status = 'QUEUED' AND run_at < ${Date.now() - overdueMs})`),
    ...on.all(`SELECT 'instance ' || id || ' shall be ' || desired_state || ' and is ' || status FROM instances
      WHERE status <> CASE desired_state WHEN 'DELETED' THEN 'TERMINATED' ELSE desired_state END`),
    ...on.all(
      `SELECT 'notification ' || id || ' was never worked on' FROM payment_notifications WHERE processed_at IS NULL`,
    ),
    ...on.all(`SELECT 'refund ' || id || ' is still reserved' FROM refunds WHERE status = 'RESERVED'`),
    ...on.all(`SELECT 'subscription ' || s.id || ' is PENDING though its app runs' FROM subscriptions s
      JOIN instances i ON i.subscription_id = s.id WHERE s.status = 'PENDING' AND i.status = 'RUNNING'`),
  ]
  const topUps = on.all('SELECT id, order_id, status FROM top_ups')
  return {
    unended: found.map(([text]) => String(text)),
    topUps: topUps.map(([id, orderId, status]) => ({
      id: String(id),
      orderId: String(orderId),
      status: String(status),
    })),
  }
}

if (import.meta.main) {
  const [verb, database] = process.argv.slice(2)
  const on = new FileConnection(database!, { busyTimeoutMs: 5_000 })
  if (verb === 'look') await Bun.write(Bun.stdout, JSON.stringify(look(on)))
  else on.run('UPDATE top_ups SET next_poll_at = 1 WHERE next_poll_at IS NOT NULL')
}
