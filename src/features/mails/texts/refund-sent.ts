import type { MailTemplate } from '../content'

export const refundSent: MailTemplate<'refund-sent'> = {
  id: ({ amount, transaction }, { rupiah }) => ({
    subject: `Pengembalian dana ${rupiah(amount)} dikirim`,
    paragraphs: [
      'Dana Anda sudah dikirim kembali ke metode pembayaran yang Anda pakai. Bank dapat memerlukan beberapa hari untuk menampilkannya.',
    ],
    facts: [
      { label: 'Jumlah', value: rupiah(amount) },
      { label: 'Nomor transaksi', value: transaction },
    ],
  }),
  en: ({ amount, transaction }, { rupiah }) => ({
    subject: `Refund of ${rupiah(amount)} sent`,
    paragraphs: [
      'Your money is on its way back to the payment method that you used. Your bank may take a few days to show it.',
    ],
    facts: [
      { label: 'Amount', value: rupiah(amount) },
      { label: 'Transaction', value: transaction },
    ],
  }),
  example: { amount: 150_000, transaction: 'TXMP-105' },
}
