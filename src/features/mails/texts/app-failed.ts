import type { MailTemplate } from '../content'

export const appFailed: MailTemplate<'app-failed'> = {
  id: ({ service, reason }) => ({
    subject: `${service} Anda mengalami masalah`,
    paragraphs: [
      `${service} belum berhasil dijalankan.`,
      'Anda bisa mencoba lagi dari akun Anda. Jika Anda membatalkan langganan sebelum aplikasi pernah siap, pembayaran dikembalikan penuh ke dompet Anda.',
    ],
    facts: [{ label: 'Penyebab', value: reason }],
  }),
  en: ({ service, reason }) => ({
    subject: `Your ${service} has a problem`,
    paragraphs: [
      `${service} could not be brought up.`,
      'You can retry from your account. If you cancel before the app was ever ready, the full price goes back to your wallet.',
    ],
    facts: [{ label: 'Cause', value: reason }],
  }),
  example: { service: 'WordPress', reason: 'The image could not be downloaded' },
}
