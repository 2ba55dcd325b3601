import type { MailTemplate } from '../content'

export const accountClosed: MailTemplate<'account-closed'> = {
  id: ({ at, forfeited = 0 }, { rupiah, date }) => ({
    subject: 'Akun Anda telah ditutup',
    paragraphs: [
      'Akun Anda telah ditutup. Semua langganan berakhir, dan aplikasi beserta datanya dihapus.',
      'Nama dan alamat surel Anda tidak kami simpan lagi. Catatan pembayaran tetap ada, tanpa nama.',
    ],
    facts: [
      { label: 'Waktu', value: date(at) },
      ...(forfeited > 0 ? [{ label: 'Saldo yang dilepaskan', value: rupiah(forfeited) }] : []),
    ],
    closing: 'Jika bukan Anda yang melakukannya, segera hubungi kami.',
  }),
  en: ({ at, forfeited = 0 }, { rupiah, date }) => ({
    subject: 'Your account is closed',
    paragraphs: [
      'Your account is closed. Every subscription has ended, and the apps are being deleted with their data.',
      'We no longer keep your name and address. Records of payments stay, without a name.',
    ],
    facts: [
      { label: 'Time', value: date(at) },
      ...(forfeited > 0 ? [{ label: 'Balance given up', value: rupiah(forfeited) }] : []),
    ],
    closing: 'If this was not you, contact us at once.',
  }),
  example: { at: '2030-01-15T03:00:00.000Z', forfeited: 25_000 },
}
