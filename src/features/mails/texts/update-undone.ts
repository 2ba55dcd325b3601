import { translate } from '../../../lib/translate'
import type { MailTemplate } from '../content'

export const updateUndone: MailTemplate<'update-undone'> = {
  id: ({ service, billingId, reason }) => ({
    subject: `Pembaruan ${service} dibatalkan`,
    paragraphs: [
      `Aplikasi ${service} Anda tidak bisa berjalan dengan versi yang baru, jadi versinya kembali seperti semula, dengan konfigurasi yang sama seperti sebelumnya. Tidak ada yang perlu Anda lakukan.`,
      translate(reason, 'id'),
    ],
    facts: [{ label: 'Nomor tagihan', value: billingId }],
  }),
  en: ({ service, billingId, reason }) => ({
    subject: `The update of ${service} was taken back`,
    paragraphs: [
      `Your ${service} app could not run as the new version, so it has the version from before again, with the configuration that it had. There is nothing for you to do.`,
      reason,
    ],
    facts: [{ label: 'Billing number', value: billingId }],
  }),
  example: { service: 'n8n', billingId: 'BILL-101', reason: 'The app’s image can’t be pulled.' },
}
