import { translate } from '../../../lib/translate'
import type { MailTemplate } from '../content'
import { factsOf } from './facts'

/** An administrator signs in there and looks at what the app's owner has. */
const lookIn = (publicUrl: string): string => `${publicUrl}/docs#/Users/admin_user`

export const provisioningAlert: MailTemplate<'provisioning-alert'> = {
  id: ({ service, billingId, customer, minutes, reason }, { publicUrl }) => ({
    subject: `Perlu diperiksa: ${service} (${billingId}) tidak berjalan`,
    paragraphs: [
      `Aplikasi ${service} tidak siap dalam ${minutes} menit. Pesanannya dibatalkan, pembayarannya dikembalikan penuh, dan slotnya bebas lagi.`,
      'Periksa penyebabnya sebelum pelanggan berikutnya memesan layanan ini.',
    ],
    facts: factsOf(
      ['Nomor tagihan', billingId],
      ['Pelanggan', customer],
      ['Penyebab', reason && translate(reason, 'id')],
    ),
    link: { label: 'Lihat pelanggan', url: lookIn(publicUrl) },
  }),
  en: ({ service, billingId, customer, minutes, reason }, { publicUrl }) => ({
    subject: `To be looked at: ${service} (${billingId}) did not come up`,
    paragraphs: [
      `The app ${service} was not ready within ${minutes} minutes. Its order is cancelled, the payment returned in full, and the slot is free again.`,
      'Look for the cause before the next customer orders this service.',
    ],
    facts: factsOf(['Billing number', billingId], ['Customer', customer], ['Cause', reason]),
    link: { label: 'Look at the customer', url: lookIn(publicUrl) },
  }),
  example: {
    service: 'n8n',
    billingId: 'BILL-101',
    customer: 'siti@example.com',
    minutes: 60,
    reason: 'The app’s image can’t be pulled.',
  },
}
