import type { MailTemplate } from '../content'

export const subscriptionRefunded: MailTemplate<'subscription-refunded'> = {
  id: ({ service, billingId, amount, balance, transactions }, { rupiah }) => ({
    subject: `${rupiah(amount)} dikembalikan ke dompet Anda`,
    paragraphs: [
      `Kami mengembalikan pembayaran langganan ${service} ke dompet Anda. Langganan itu sendiri tidak berubah.`,
    ],
    facts: [
      { label: 'Jumlah', value: rupiah(amount) },
      { label: 'Saldo sekarang', value: rupiah(balance) },
      { label: 'Nomor tagihan', value: billingId },
      { label: 'Nomor transaksi', value: transactions },
    ],
  }),
  en: ({ service, billingId, amount, balance, transactions }, { rupiah }) => ({
    subject: `${rupiah(amount)} returned to your wallet`,
    paragraphs: [
      `We have returned a payment for your ${service} subscription to your wallet. The subscription itself has not changed.`,
    ],
    facts: [
      { label: 'Amount', value: rupiah(amount) },
      { label: 'Balance now', value: rupiah(balance) },
      { label: 'Billing number', value: billingId },
      { label: 'Transaction', value: transactions },
    ],
  }),
  example: { service: 'n8n', billingId: 'BILL-101', amount: 25_000, balance: 75_000, transactions: 'TXMP-105' },
}
