import type { Locale } from '../../lib/locale'
import type { TransactionStatus } from '../ledger/tables'

interface Said {
  title: string
  text: string
}

/** What a payment page's visitor is told of their order; `unknown` where the address names none of ours. */
export const finishedTexts: Record<Locale, Record<TransactionStatus | 'unknown', Said>> = {
  id: {
    SUCCESS: { title: 'Pembayaran diterima', text: 'Saldo dompet Anda sudah bertambah. Halaman ini boleh ditutup.' },
    PENDING: {
      title: 'Menunggu pembayaran',
      text: 'Pembayaran Anda belum dikonfirmasi. Jika Anda sudah membayar, biasanya hanya perlu beberapa detik; halaman ini memeriksa sendiri.',
    },
    FAILED: {
      title: 'Pembayaran ditolak',
      text: 'Tidak ada yang ditagih. Silakan coba lagi dengan metode pembayaran lain.',
    },
    EXPIRED: { title: 'Waktu pembayaran habis', text: 'Tidak ada yang ditagih. Silakan isi saldo sekali lagi.' },
    CANCELLED: { title: 'Pembayaran dibatalkan', text: 'Tidak ada yang ditagih.' },
    unknown: {
      title: 'Kembali dari halaman pembayaran',
      text: 'Jika Anda sudah membayar, saldo bertambah begitu penyedia pembayaran mengonfirmasinya.',
    },
  },
  en: {
    SUCCESS: { title: 'Payment received', text: 'It is in your wallet. You can close this page.' },
    PENDING: {
      title: 'Waiting for the payment',
      text: 'Your payment is not confirmed yet. If you have paid, it usually takes seconds; this page looks again by itself.',
    },
    FAILED: { title: 'Payment declined', text: 'Nothing was charged. Please try again with another payment method.' },
    EXPIRED: { title: 'Time to pay is over', text: 'Nothing was charged. Please start a new top-up.' },
    CANCELLED: { title: 'Payment cancelled', text: 'Nothing was charged.' },
    unknown: {
      title: 'Back from the payment page',
      text: 'If you have paid, your wallet is credited as soon as the payment provider confirms it.',
    },
  },
}
