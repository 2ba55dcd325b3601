import type { MailTemplate } from '../content'
import { accountLink } from './account-link'
import { factsOf } from './facts'

export const subscriptionRestored: MailTemplate<'subscription-restored'> = {
  id: ({ service, plan, billingId, charged, balance, periodEnd }, words) => ({
    subject: `Langganan ${service} dipulihkan`,
    paragraphs: [
      `Langganan ${service} Anda dipulihkan. Aplikasi sedang dijalankan lagi dengan data yang sama, dan masa yang baru sudah dimulai.`,
    ],
    facts: factsOf(
      ['Nomor tagihan', billingId],
      ['Paket', plan],
      ['Dibayar', words.rupiah(charged)],
      ['Saldo sekarang', words.rupiah(balance)],
      ['Berlaku sampai', words.date(periodEnd)],
    ),
    link: accountLink('id', words),
  }),
  en: ({ service, plan, billingId, charged, balance, periodEnd }, words) => ({
    subject: `Your ${service} subscription is restored`,
    paragraphs: [
      `Your ${service} subscription is back. Its app is being started again with the same data, and a new period has begun.`,
    ],
    facts: factsOf(
      ['Billing number', billingId],
      ['Plan', plan],
      ['Paid', words.rupiah(charged)],
      ['Balance now', words.rupiah(balance)],
      ['Runs until', words.date(periodEnd)],
    ),
    link: accountLink('en', words),
  }),
  example: {
    service: 'n8n',
    plan: 'Starter',
    billingId: 'BILL-101',
    charged: 55_500,
    balance: 44_500,
    periodEnd: '2030-03-15T03:00:00.000Z',
  },
}
