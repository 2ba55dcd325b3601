import { expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { users } from '../../src/features/accounts/tables'
import type { Mail } from '../../src/mail-senders'
import { eventually } from '../support/until'
import { openPostOffice, siti, welcome } from './post-office'

test('a closing notice that was taken leaves no address behind, every other mail stays', async () => {
  const sent: Mail[] = []
  const mailSender = {
    delivers: true,
    send: async (mail: Mail) => {
      sent.push(mail)
      return { providerId: 'x' }
    },
  }
  const office = await openPostOffice(mailSender)
  await office.send(welcome)
  const data = { at: '2030-01-15T03:00:00.000Z', forfeited: 25_000 }
  await office.send({ key: 'account-closed:usr_siti', userId: siti.id, template: 'account-closed', data })
  // As a closing leaves the row behind, before the mail is sent.
  await office.db.write((tx) =>
    tx
      .update(users)
      .set({ email: 'closed@closed.invalid', name: 'Closed', status: 'CLOSED' })
      .where(eq(users.id, siti.id))
      .run(),
  )
  office.queue.start()
  await eventually(async () => sent.length >= 2 && (await office.outbox()).length <= 1)
  const closingNotice = sent.find(({ key }) => key.startsWith('account-closed'))
  expect(closingNotice).toMatchObject({ to: siti.email })
  expect(closingNotice!.text).toContain('Rp 25.000')
  expect(closingNotice!.text).toContain('Siti')
  expect((await office.outbox()).map(({ template, status }) => [template, status])).toEqual([['welcome', 'SENT']])
  await office.close()
})
