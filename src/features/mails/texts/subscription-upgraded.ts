import type { MailTemplate } from '../content'

export const subscriptionUpgraded: MailTemplate<'subscription-upgraded'> = {
  id: ({ service, billingId, fromPlan, plan, charged, nextPrice, periodEnd }, { rupiah, date }) => ({
    subject: `Paket ${service} Anda sekarang ${plan}`,
    paragraphs: [
      `Paket ${service} Anda dinaikkan dari ${fromPlan} ke ${plan}. Aplikasi dimulai ulang dengan ukuran barunya; jika ternyata tidak bisa, kenaikan paket dibatalkan dan uangnya kembali ke dompet Anda.`,
    ],
    facts: [
      { label: 'Nomor tagihan', value: billingId },
      { label: 'Dibayar sekarang', value: rupiah(charged) },
      { label: 'Berlaku sampai', value: date(periodEnd) },
      { label: 'Harga berikutnya', value: rupiah(nextPrice) },
    ],
  }),
  en: ({ service, billingId, fromPlan, plan, charged, nextPrice, periodEnd }, { rupiah, date }) => ({
    subject: `Your ${service} plan is now ${plan}`,
    paragraphs: [
      `Your ${service} plan went from ${fromPlan} to ${plan}. The app restarts at its new size; if it turns out that it can’t, the upgrade is taken back and the money returns to your wallet.`,
    ],
    facts: [
      { label: 'Billing number', value: billingId },
      { label: 'Paid now', value: rupiah(charged) },
      { label: 'Runs until', value: date(periodEnd) },
      { label: 'Price from then on', value: rupiah(nextPrice) },
    ],
  }),
  example: {
    service: 'n8n',
    billingId: 'BILL-101',
    fromPlan: 'Starter',
    plan: 'Business',
    charged: 25_000,
    nextPrice: 100_000,
    periodEnd: '2030-02-01T03:00:00.000Z',
  },
}
