import { asc } from 'drizzle-orm'
import { parseConfig } from '../../src/config'
import { users } from '../../src/features/accounts/tables'
import { deliverMailJobs, enqueueMail, type LinkOf, type NewMail, type TemplateName } from '../../src/features/mails'
import { mails } from '../../src/features/mails/tables'
import { createKeptSender, type MailSender } from '../../src/mail-senders'
import type { QueueParts } from '../../src/queue'
import { type House, openHouse } from '../queue/house'

export interface PostOffice extends House {
  publicUrl: string
  config: ReturnType<typeof parseConfig>
  mailSender: MailSender
  send<T extends TemplateName>(mail: NewMail<T>): Promise<void>
  outbox(): Promise<(typeof mails.$inferSelect)[]>
}

/** The link `ended` opens nothing any more. */
export const linkOf: LinkOf = async (id) =>
  id === 'ended' ? undefined : `https://minispod.example/verify-email?token=of-${id}`

export const unsubscribeLinkOf = (userId: string) =>
  `https://minispod.example/api/mail-preferences/unsubscribe?token=${userId}.x`

export const siti = { id: 'usr_siti', email: 'siti@example.com', name: 'Siti <b>Rahayu</b>' }

/** A house with one customer, Siti, whose language is Indonesian, and the job that delivers mail. */
export async function openPostOffice(
  mailSender = createKeptSender(),
  options: Partial<QueueParts> = {},
): Promise<PostOffice> {
  const house = await openHouse(options)
  const at = house.clock.now()
  await house.db.write((tx) =>
    tx
      .insert(users)
      .values({ ...siti, passwordHash: 'x', locale: 'id', emailVerifiedAt: at, createdAt: at, updatedAt: at })
      .run(),
  )
  const office = {
    ...house,
    publicUrl: 'https://minispod.example',
    config: parseConfig({}),
    mailSender,
    send: <T extends TemplateName>(mail: NewMail<T>) => house.db.write((tx) => enqueueMail(house, tx, mail)),
    outbox: () => house.db.read.select().from(mails).orderBy(asc(mails.id)).all(),
  }
  for (const kind of deliverMailJobs(office, linkOf, unsubscribeLinkOf)) house.queue.register(kind)
  return office
}

export const welcome = {
  key: 'welcome:usr_siti',
  userId: siti.id,
  template: 'welcome',
  data: {},
} as const
