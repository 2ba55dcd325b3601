import type { MailTemplate } from '../content'
import { accountLink } from './account-link'
import { factsOf } from './facts'

export const subscriptionResumed: MailTemplate<'subscription-resumed'> = {
  id: ({ service, billingId, by, periodEnd }, words) => ({
    subject: `${service} dilanjutkan`,
    paragraphs: [
      by === 'paid'
        ? `Terima kasih, langganan ${service} Anda sudah dibayar. Aplikasi sedang dijalankan lagi dengan data yang sama.`
        : `Penangguhan langganan ${service} Anda sudah kami cabut. Aplikasi sedang dijalankan lagi dengan data yang sama, dan masa berlakunya diperpanjang selama waktu penangguhan.`,
    ],
    facts: factsOf(['Nomor tagihan', billingId], ['Berlaku sampai', words.date(periodEnd)]),
    link: accountLink('id', words),
  }),
  en: ({ service, billingId, by, periodEnd }, words) => ({
    subject: `${service} goes on`,
    paragraphs: [
      by === 'paid'
        ? `Thank you, your ${service} subscription is paid. Its app is being started again with the same data.`
        : `We have lifted the suspension of your ${service} subscription. Its app is being started again with the same data, and the period is longer by the time it was suspended.`,
    ],
    facts: factsOf(['Billing number', billingId], ['Runs until', words.date(periodEnd)]),
    link: accountLink('en', words),
  }),
  example: { service: 'n8n', billingId: 'BILL-101', by: 'paid', periodEnd: '2030-03-05T03:00:00.000Z' },
}
