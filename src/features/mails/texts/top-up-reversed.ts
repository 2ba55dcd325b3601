import type { MailTemplate } from '../content'

export const topUpReversed: MailTemplate<'top-up-reversed'> = {
  id: ({ transaction, amount, balance, owed }, { rupiah }) => ({
    subject: amount > 0 ? `Pembayaran ${transaction} ditarik kembali` : `Pembayaran ${transaction} dipulihkan`,
    paragraphs:
      amount > 0
        ? [
            'Bank atau penyedia pembayaran menarik kembali pembayaran Anda, sehingga jumlah itu keluar dari dompet Anda.',
          ]
        : ['Pembayaran yang sempat ditarik kembali ternyata sah, sehingga jumlah itu kembali ke dompet Anda.'],
    facts: [
      { label: 'Jumlah', value: rupiah(Math.abs(amount)) },
      { label: 'Saldo sekarang', value: rupiah(balance) },
      ...(owed > 0 ? [{ label: 'Kekurangan, dipotong dari isi saldo berikutnya', value: rupiah(owed) }] : []),
    ],
  }),
  en: ({ transaction, amount, balance, owed }, { rupiah }) => ({
    subject: amount > 0 ? `Payment ${transaction} was taken back` : `Payment ${transaction} is good again`,
    paragraphs:
      amount > 0
        ? ['Your bank or payment provider took your payment back, so the amount has left your wallet.']
        : ['The payment that had been taken back is good after all, so the amount is in your wallet again.'],
    facts: [
      { label: 'Amount', value: rupiah(Math.abs(amount)) },
      { label: 'Balance now', value: rupiah(balance) },
      ...(owed > 0 ? [{ label: 'Owed, paid by your next top-up', value: rupiah(owed) }] : []),
    ],
  }),
  example: { transaction: 'TXMP-101', amount: 150_000, balance: 0, owed: 50_000 },
}
