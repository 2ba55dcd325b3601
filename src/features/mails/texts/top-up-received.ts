import type { MailTemplate } from '../content'

export const topUpReceived: MailTemplate<'top-up-received'> = {
  id: ({ amount, balance, transaction, bonus }, { rupiah }) => ({
    subject: `Isi saldo ${rupiah(amount)} diterima`,
    paragraphs: ['Pembayaran Anda sudah kami terima dan saldo dompet Anda sudah bertambah. Terima kasih.'],
    facts: [
      { label: 'Jumlah', value: rupiah(amount) },
      ...(bonus ? [{ label: 'Bonus voucher', value: rupiah(bonus) }] : []),
      { label: 'Saldo sekarang', value: rupiah(balance) },
      { label: 'Nomor transaksi', value: transaction },
    ],
  }),
  en: ({ amount, balance, transaction, bonus }, { rupiah }) => ({
    subject: `Top-up of ${rupiah(amount)} received`,
    paragraphs: ['Your payment has arrived and the amount is in your wallet. Thank you.'],
    facts: [
      { label: 'Amount', value: rupiah(amount) },
      ...(bonus ? [{ label: 'Voucher bonus', value: rupiah(bonus) }] : []),
      { label: 'Balance now', value: rupiah(balance) },
      { label: 'Transaction', value: transaction },
    ],
  }),
  example: { amount: 150_000, balance: 200_000, transaction: 'TXMP-101', bonus: 15_000 },
}
