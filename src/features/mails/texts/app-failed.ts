import { translate } from '../../../lib/translate'
import type { MailTemplate } from '../content'
import { factsOf } from './facts'

export const appFailed: MailTemplate<'app-failed'> = {
  id: ({ service, billingId, reason }) => ({
    subject: `${service} Anda mengalami masalah`,
    paragraphs: [
      `${service} belum berhasil dijalankan.`,
      'Anda bisa mencoba lagi dari akun Anda. Jika Anda membatalkan langganan sebelum aplikasi pernah siap, pembayaran dikembalikan penuh ke dompet Anda.',
    ],
    facts: factsOf(['Nomor tagihan', billingId], ['Penyebab', translate(reason, 'id')]),
  }),
  en: ({ service, billingId, reason }) => ({
    subject: `Your ${service} has a problem`,
    paragraphs: [
      `${service} could not be brought up.`,
      'You can retry from your account. If you cancel before the app was ever ready, the full price goes back to your wallet.',
    ],
    facts: factsOf(['Billing number', billingId], ['Cause', reason]),
  }),
  example: { service: 'WordPress', billingId: 'BILL-101', reason: 'The app’s image can’t be pulled.' },
}
