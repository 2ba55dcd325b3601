// Runs jobs of the kind `write` from the database given as first argument, and says so on stdout. A job with `hang` never ends.
import { Registry } from 'prom-client'
import { openDatabase } from '../../../src/db'
import { systemClock } from '../../../src/lib/clock'
import { createQueue } from '../../../src/queue'
import { noLog } from '../house'

const [url, mayHang] = process.argv.slice(2)
const db = await openDatabase({ url: url! })
const queue = createQueue({ db, clock: systemClock, log: noLog, registry: new Registry(), leaseMs: 600 })
queue.register<{ name: string; hang?: boolean }>({
  kind: 'write',
  deadlineMs: 60_000,
  maxAttempts: 5,
  async run({ name, hang }, { attempt }) {
    console.log(`ran ${name} ${attempt}`)
    if (hang && mayHang === 'hang') await new Promise(() => {})
  },
})
queue.start()
