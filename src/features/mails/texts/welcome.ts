import type { MailTemplate } from '../content'

export const welcome: MailTemplate<'welcome'> = {
  id: () => ({
    subject: 'Selamat datang di MinisPod',
    paragraphs: [
      'Akun Anda sudah siap.',
      'Isi saldo dompet Anda, pilih aplikasi dari katalog, dan aplikasi Anda akan berjalan dalam beberapa menit.',
    ],
  }),
  en: () => ({
    subject: 'Welcome to MinisPod',
    paragraphs: [
      'Your account is ready.',
      'Top up your wallet, choose an app from the catalog, and a few minutes later it runs.',
    ],
  }),
  example: { name: 'Siti Rahayu' },
}
