import type { MailTemplate } from '../content'
import { accountLink } from './account-link'
import { factsOf } from './facts'

export const subscriptionExtended: MailTemplate<'subscription-extended'> = {
  id: ({ service, billingId, periodEnd, reason }, words) => ({
    subject: `${service} berlaku lebih lama: sampai ${words.day(periodEnd)}`,
    paragraphs: [
      `Kami memperpanjang masa langganan ${service} Anda sampai ${words.date(periodEnd)}. Untuk itu tidak ada yang ditagih.`,
    ],
    facts: factsOf(['Nomor tagihan', billingId], ['Berlaku sampai', words.date(periodEnd)], ['Alasan', reason]),
    link: accountLink('id', words),
  }),
  en: ({ service, billingId, periodEnd, reason }, words) => ({
    subject: `${service} runs longer: until ${words.day(periodEnd)}`,
    paragraphs: [
      `We have extended your ${service} subscription until ${words.date(periodEnd)}. Nothing is billed for that.`,
    ],
    facts: factsOf(['Billing number', billingId], ['Runs until', words.date(periodEnd)], ['Reason', reason]),
    link: accountLink('en', words),
  }),
  example: {
    service: 'n8n',
    billingId: 'BILL-101',
    periodEnd: '2030-02-08T03:00:00.000Z',
    reason: 'Two days of maintenance in January',
  },
}
