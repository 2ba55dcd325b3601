import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Order } from './order'
import type { GatewayStorage } from './storage'

const maxOrders = 10_000
/** Lines beyond this times the orders are mostly outdated states: time to write the file anew. */
const maxLinesPerOrder = 4
const minLines = 1_000

/** JSON lines, readable by the owner alone. The last line of a transaction counts, a torn last line does not. */
export function createFileStorage(path: string): GatewayStorage {
  const orders = new Map<string, Order>()
  let lines = 0
  // Writes go one after the other; a failed one is its caller's and does not stop the next.
  let tail: Promise<void> = Promise.resolve()

  async function load(): Promise<Order[]> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    for (const line of (await readIfThere(path)).split('\n')) {
      const order = parseLine(line)
      if (order) keep(order)
    }
    await rewrite()
    return [...orders.values()].map((order) => structuredClone(order))
  }

  function save(order: Order): Promise<void> {
    const kept = structuredClone(order)
    const written = tail.then(async () => {
      keep(kept)
      if (lines >= minLines && lines >= orders.size * maxLinesPerOrder) return rewrite()
      await appendFile(path, `${JSON.stringify(kept)}\n`, { mode: 0o600 })
      lines++
    })
    tail = written.catch(() => {})
    return written
  }

  function keep(order: Order): void {
    orders.set(order.transactionId, order)
    for (const oldest of orders.keys()) {
      if (orders.size <= maxOrders) break
      orders.delete(oldest)
    }
  }

  async function rewrite(): Promise<void> {
    const draft = `${path}.${process.pid}.tmp`
    try {
      await writeFile(draft, [...orders.values()].map((order) => `${JSON.stringify(order)}\n`).join(''), {
        mode: 0o600,
      })
      await rename(draft, path)
      lines = orders.size
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
  }

  return { load, save }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/** The process may have died in the middle of a line. */
function parseLine(line: string): Order | null {
  if (line === '') return null
  try {
    const value = JSON.parse(line) as Partial<Order> | null
    return typeof value?.transactionId === 'string' && typeof value.orderId === 'string' ? (value as Order) : null
  } catch {
    return null
  }
}
