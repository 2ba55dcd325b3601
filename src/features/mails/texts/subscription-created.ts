import type { MailTemplate } from '../content'

export const subscriptionCreated: MailTemplate<'subscription-created'> = {
  id: ({ service, plan, billingId, price, periodEnd, autoRenew }, { rupiah, date }) => ({
    subject: `Langganan ${service} dimulai`,
    paragraphs: [
      `Terima kasih sudah berlangganan ${service}. Aplikasi Anda sedang disiapkan; kami mengirim surel lagi begitu aplikasi siap dipakai.`,
    ],
    facts: [
      { label: 'Layanan', value: service },
      { label: 'Paket', value: plan },
      { label: 'Nomor tagihan', value: billingId },
      { label: 'Dibayar', value: rupiah(price) },
      { label: 'Berlaku sampai', value: date(periodEnd) },
    ],
    closing: autoRenew
      ? 'Langganan diperpanjang otomatis dari saldo dompet Anda.'
      : 'Langganan tidak diperpanjang otomatis.',
  }),
  en: ({ service, plan, billingId, price, periodEnd, autoRenew }, { rupiah, date }) => ({
    subject: `Your ${service} subscription has begun`,
    paragraphs: [
      `Thank you for subscribing to ${service}. Your app is being set up; we write again as soon as it is ready.`,
    ],
    facts: [
      { label: 'Service', value: service },
      { label: 'Plan', value: plan },
      { label: 'Billing number', value: billingId },
      { label: 'Paid', value: rupiah(price) },
      { label: 'Runs until', value: date(periodEnd) },
    ],
    closing: autoRenew ? 'It renews by itself from your wallet.' : 'It does not renew by itself.',
  }),
  example: {
    service: 'n8n',
    plan: 'Starter',
    billingId: 'BILL-101',
    price: 50_000,
    periodEnd: '2030-02-01T03:00:00.000Z',
    autoRenew: true,
  },
}
