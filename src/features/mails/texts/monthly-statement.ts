import type { MailContent, MailTemplate, MailWords } from '../content'
import type { MailData } from '../mail-data'
import { accountLink } from './account-link'

type Data = MailData['monthly-statement']
type Kind = Data['sums'][number]['type']

const kindsId: Record<Kind, string> = {
  TOP_UP: 'Isi saldo',
  CHARGE: 'Pembayaran langganan',
  REFUND: 'Pengembalian',
  BONUS: 'Bonus',
  ADJUSTMENT: 'Penyesuaian',
}

const kindsEn: Record<Kind, string> = {
  TOP_UP: 'Top-ups',
  CHARGE: 'Paid for subscriptions',
  REFUND: 'Refunds',
  BONUS: 'Bonus',
  ADJUSTMENT: 'Adjustments',
}

const sumsOf = ({ sums }: Data, names: Record<Kind, string>, { rupiah }: MailWords): MailContent['facts'] =>
  sums.map(({ type, count, amount }) => ({ label: `${names[type]} (${count})`, value: rupiah(amount) }))

export const monthlyStatement: MailTemplate<'monthly-statement'> = {
  id: (data, words) => ({
    subject: `Ringkasan dompet ${words.month(data.from)}: saldo ${words.rupiah(data.closing)}`,
    paragraphs: [
      data.transactions === 0
        ? `Tidak ada transaksi di dompet Anda pada ${words.month(data.from)}.`
        : `Inilah ringkasan dompet Anda untuk ${words.month(data.from)}: ${data.transactions} transaksi.`,
    ],
    facts: [
      { label: 'Saldo awal bulan', value: words.rupiah(data.opening) },
      ...(sumsOf(data, kindsId, words) ?? []),
      { label: 'Saldo akhir bulan', value: words.rupiah(data.closing) },
    ],
    link: accountLink('id', words),
    closing: 'Rincian setiap transaksi ada di akun Anda.',
  }),
  en: (data, words) => ({
    subject: `Your wallet in ${words.month(data.from)}: balance ${words.rupiah(data.closing)}`,
    paragraphs: [
      data.transactions === 0
        ? `There were no transactions in your wallet in ${words.month(data.from)}.`
        : `This is your wallet in ${words.month(data.from)}: ${data.transactions} ${data.transactions === 1 ? 'transaction' : 'transactions'}.`,
    ],
    facts: [
      { label: 'Balance at the beginning', value: words.rupiah(data.opening) },
      ...(sumsOf(data, kindsEn, words) ?? []),
      { label: 'Balance at the end', value: words.rupiah(data.closing) },
    ],
    link: accountLink('en', words),
    closing: 'Every single transaction is listed in your account.',
  }),
  example: {
    from: '2029-12-31T17:00:00.000Z',
    opening: 100_000,
    sums: [
      { type: 'CHARGE', count: 2, amount: -111_000 },
      { type: 'TOP_UP', count: 1, amount: 150_000 },
    ],
    transactions: 3,
    closing: 139_000,
  },
}
