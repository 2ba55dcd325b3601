import type { MailTemplate } from '../content'

export const welcome: MailTemplate<'welcome'> = {
  id: (_, { business }) => ({
    subject: `Selamat datang di ${business}`,
    paragraphs: [
      'Akun Anda sudah siap.',
      'Isi saldo dompet Anda, pilih aplikasi dari katalog, dan aplikasi Anda akan berjalan dalam beberapa menit.',
    ],
  }),
  en: (_, { business }) => ({
    subject: `Welcome to ${business}`,
    paragraphs: [
      'Your account is ready.',
      'Top up your wallet, choose an app from the catalog, and a few minutes later it runs.',
    ],
  }),
  example: {},
}
