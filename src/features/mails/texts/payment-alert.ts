import { translate } from '../../../lib/translate'
import type { MailTemplate } from '../content'
import { factsOf } from './facts'

/** An administrator looks and decides in the documentation of the API: there they sign in, and it opens at that call. */
const lookIn = (publicUrl: string, caseId: string | undefined): string =>
  `${publicUrl}/docs#/Payments/${caseId ? 'admin_payment_cases' : 'admin_top_ups'}`

/** A finding may have been added to since: each part is a text of its own. */
const inIndonesian = (finding: string): string =>
  finding
    .split('; now ')
    .map((part, index) => (index === 0 ? translate(part, 'id') : `kini berstatus ${part}`))
    .join('; ')

export const paymentAlert: MailTemplate<'payment-alert'> = {
  id: ({ caseId, transaction, orderId, finding }, { publicUrl }) => ({
    subject: `Perlu diperiksa: pembayaran ${transaction}`,
    paragraphs: ['Ada pembayaran yang perlu Anda periksa. Dana itu belum dibukukan sampai Anda memutuskan.'],
    facts: factsOf(['Temuan', inIndonesian(finding)], ['Pesanan', orderId], ['Kasus', caseId]),
    link: { label: 'Periksa pembayaran', url: lookIn(publicUrl, caseId) },
  }),
  en: ({ caseId, transaction, orderId, finding }, { publicUrl }) => ({
    subject: `To be looked at: payment ${transaction}`,
    paragraphs: ['A payment needs you to look at it. What was set aside is not booked until you have decided.'],
    facts: factsOf(['Finding', finding], ['Order', orderId], ['Case', caseId]),
    link: { label: 'Look at the payment', url: lookIn(publicUrl, caseId) },
  }),
  example: {
    caseId: 'case_01',
    transaction: 'TXMP-101',
    orderId: 'TXMP-101-0a1b2c3d4e',
    finding: 'a second payment of Rp 50.000 for one order',
  },
}
