// A process of its own that does business with the server, whatever happens to it, and tells what it was answered.
import { closeSync, openSync, writeSync } from 'node:fs'
import { Buyer } from './buyer'
import type { Fact, HarnessMessage, LoadMessage, LoadOrder } from './facts'
import { Random } from './random'
import { Session } from './session'

const buyers = 8
/** After so many acts a buyer makes room for a new one. */
const actsOfOne = 60
const maxCustomers = 60
/** Without a pause the server would do nothing but answer, and no app would ever get ready. */
const longestThoughtMs = 40

const order = JSON.parse(process.env.CRASH_LOAD ?? '') as LoadOrder
const journal = openSync(order.journal, 'a', 0o600)
const random = new Random(order.seed)
const admin = new Session(order.url, order.admin)
let told = 0
let draining = false
/** What may still be begun. */
const wanted = { topUps: true }
let customers = 0
const settling: Promise<void>[] = []

const send = (message: LoadMessage): void => void process.send?.(message)

/** Written down before anybody is told. */
function tell(fact: Fact): void {
  told++
  writeSync(journal, `${JSON.stringify({ number: told, at: Date.now(), ...fact })}\n`)
  send({ type: 'fact', number: told, fact })
}

async function keepBuying(seeds: Random): Promise<void> {
  while (!draining) {
    const actsLeft = customers < maxCustomers ? actsOfOne : Number.POSITIVE_INFINITY
    customers++
    const buyer = new Buyer(order, admin, wanted, seeds.fork(), tell, send)
    await buyer.register()
    for (let acts = 0; acts < actsLeft && !draining; acts++) {
      await buyer.act()
      await Bun.sleep(seeds.between(0, longestThoughtMs))
    }
    if (!draining) await buyer.leave()
    // Acts that were cut off answer after a minute: meanwhile the next customer comes.
    settling.push(buyer.settle(order.patienceMs).catch(report))
  }
}

const report = (fault: unknown): void =>
  tell({ kind: 'wrong', what: `the load failed: ${fault instanceof Error ? fault.stack : String(fault)}` })

process.on('message', (message: HarnessMessage) => {
  if (message.type === 'mark') send({ type: 'marked', number: told })
  else if (message.type === 'ease') wanted.topUps = false
  else draining = true
})
process.on('disconnect', () => process.exit(1))

await Promise.all(Array.from({ length: buyers }, () => keepBuying(random.fork()).catch(report)))
await Promise.all(settling)
closeSync(journal)
send({ type: 'drained', number: told })
