import type { MailTemplate } from '../content'

export const subscriptionCreated: MailTemplate<'subscription-created'> = {
  id: ({ service, plan, billingId, price, periodEnd, autoRenew, voucher }, { rupiah, date }) => ({
    subject: `Langganan ${service} dimulai`,
    paragraphs: [
      `Terima kasih sudah berlangganan ${service}. Aplikasi Anda sedang disiapkan; kami mengirim surel lagi begitu aplikasi siap dipakai.`,
    ],
    facts: [
      { label: 'Layanan', value: service },
      { label: 'Paket', value: plan },
      { label: 'Nomor tagihan', value: billingId },
      { label: 'Dibayar', value: rupiah(price) },
      ...(voucher
        ? [
            { label: `Potongan voucher ${voucher.code}`, value: rupiah(voucher.saved) },
            { label: 'Harga masa berikutnya', value: rupiah(voucher.nextPrice) },
          ]
        : []),
      { label: 'Berlaku sampai', value: date(periodEnd) },
    ],
    closing: autoRenew
      ? 'Langganan diperpanjang otomatis dari saldo dompet Anda.'
      : 'Langganan tidak diperpanjang otomatis.',
  }),
  en: ({ service, plan, billingId, price, periodEnd, autoRenew, voucher }, { rupiah, date }) => ({
    subject: `Your ${service} subscription has begun`,
    paragraphs: [
      `Thank you for subscribing to ${service}. Your app is being set up; we write again as soon as it is ready.`,
    ],
    facts: [
      { label: 'Service', value: service },
      { label: 'Plan', value: plan },
      { label: 'Billing number', value: billingId },
      { label: 'Paid', value: rupiah(price) },
      ...(voucher
        ? [
            { label: `Saved by voucher ${voucher.code}`, value: rupiah(voucher.saved) },
            { label: 'Price of the next period', value: rupiah(voucher.nextPrice) },
          ]
        : []),
      { label: 'Runs until', value: date(periodEnd) },
    ],
    closing: autoRenew ? 'It renews by itself from your wallet.' : 'It does not renew by itself.',
  }),
  example: {
    service: 'n8n',
    plan: 'Starter',
    billingId: 'BILL-101',
    price: 40_000,
    periodEnd: '2030-02-01T03:00:00.000Z',
    autoRenew: true,
    voucher: { code: 'HEMAT20', saved: 10_000, nextPrice: 50_000 },
  },
}
