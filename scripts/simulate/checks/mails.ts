import { sql } from 'drizzle-orm'
import { hour } from '../model/calendar'
import { BrokenRule } from '../report'
import type { Simulation } from '../simulation'

/** Those whose occasions the model knows. */
const modelled = new Set([
  'subscription-created',
  'app-ready',
  'subscription-cancelled',
  'subscription-refunded',
  'subscription-upgraded',
  'upgrade-undone',
  'renewal-reminder',
  'subscription-renewed',
  'renewal-failed',
  'subscription-suspended',
  'subscription-resumed',
  'subscription-expired',
  'data-removed',
  'subscription-restored',
  'provisioning-refunded',
  'provisioning-alert',
  'change-not-made',
])
/** Its time moves with the house's absences: it must only be before the removal. */
const removalNotice = 'data-removal-soon'
/** An outage of the mail provider lasts less than two hours, and pauses between tries less than one. */
const longestWayMs = 4 * hour

/** Every occasion has its mail, one; and every mail reaches its reader, once. */
export class MailCheck {
  #last = 0
  readonly #toldOfRemoval = new Set<string>()
  /** Written and not yet delivered: since when. */
  readonly #waiting = new Map<string, number>()

  async run({ parts, model, world, wall }: Simulation): Promise<void> {
    const rows = await parts.db.read.all<{ row: number; key: string; template: string; bill: string | null }>(
      sql`SELECT rowid AS row, key, template, json_extract(data, '$.billingId') AS bill FROM mails WHERE rowid > ${this.#last} ORDER BY rowid`,
    )
    const written = new Map<string, number>()
    for (const { row, key, template, bill } of rows) {
      this.#last = Number(row)
      this.#waiting.set(key, wall)
      if (template === removalNotice) this.#toldOfRemoval.add(bill!)
      if (template === 'data-removed') this.#assertToldBefore(bill!)
      if (!modelled.has(template)) continue
      const occasion = `${template} ${bill}`
      written.set(occasion, (written.get(occasion) ?? 0) + 1)
    }
    for (const occasion of new Set([...written.keys(), ...model.mails.keys()])) {
      const [seen, due] = [written.get(occasion) ?? 0, model.mails.get(occasion) ?? 0]
      if (seen !== due) throw new BrokenRule('every occasion has one mail', `${occasion}: ${seen} written, ${due} due`)
    }
    model.mails.clear()
    this.#checkDelivered(world.postman, wall)
  }

  /** Whose data goes was told so before; who was brought back is told again the next time. */
  #assertToldBefore(bill: string): void {
    if (!this.#toldOfRemoval.delete(bill))
      throw new BrokenRule('nobody’s data goes without a word before', `${bill} was not told`)
  }

  #checkDelivered({ delivered, clashes }: Simulation['world']['postman'], wall: number): void {
    if (clashes.length > 0) throw new BrokenRule('one key stands for one mail', clashes[0]!)
    for (const [key, since] of this.#waiting) {
      if (delivered.has(key)) this.#waiting.delete(key)
      else if (wall - since > longestWayMs) throw new BrokenRule('no mail is lost', `${key} was never delivered`)
    }
  }
}
