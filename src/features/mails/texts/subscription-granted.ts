import type { MailTemplate } from '../content'
import { accountLink } from './account-link'
import { factsOf } from './facts'

export const subscriptionGranted: MailTemplate<'subscription-granted'> = {
  id: ({ service, plan, billingId, periodEnd }, words) => ({
    subject: `Hadiah untuk Anda: ${service}`,
    paragraphs: [
      `${words.business} memberi Anda langganan ${service} tanpa biaya sampai ${words.date(periodEnd)}. Aplikasi Anda sedang disiapkan; kami mengirim surel lagi begitu aplikasi siap dipakai.`,
      'Sebelum masa itu berakhir kami mengingatkan Anda; Anda dapat mengakhirinya kapan saja dari akun Anda.',
    ],
    facts: factsOf(['Nomor tagihan', billingId], ['Paket', plan], ['Tanpa biaya sampai', words.date(periodEnd)]),
    link: accountLink('id', words),
  }),
  en: ({ service, plan, billingId, periodEnd }, words) => ({
    subject: `A gift for you: ${service}`,
    paragraphs: [
      `${words.business} gives you a subscription to ${service}, free of charge until ${words.date(periodEnd)}. Your app is being set up; we write again as soon as it is ready.`,
      'We remind you before that time ends; you can end it at any time in your account.',
    ],
    facts: factsOf(['Billing number', billingId], ['Plan', plan], ['Free until', words.date(periodEnd)]),
    link: accountLink('en', words),
  }),
  example: { service: 'n8n', plan: 'Starter', billingId: 'BILL-101', periodEnd: '2030-02-01T03:00:00.000Z' },
}
