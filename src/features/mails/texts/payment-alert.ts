import type { MailTemplate } from '../content'

export const paymentAlert: MailTemplate<'payment-alert'> = {
  id: ({ caseId, transaction, orderId, finding }) => ({
    subject: `Perlu diperiksa: pembayaran ${transaction}`,
    paragraphs: [
      'Sebuah pembayaran perlu diperiksa seorang administrator. Yang kami sisihkan belum dibukukan sampai ada keputusan.',
    ],
    facts: [
      { label: 'Temuan', value: finding },
      { label: 'Pesanan', value: orderId },
      ...(caseId ? [{ label: 'Kasus', value: caseId }] : []),
    ],
  }),
  en: ({ caseId, transaction, orderId, finding }) => ({
    subject: `To be looked at: payment ${transaction}`,
    paragraphs: ['A payment needs an administrator. What was set aside is not booked until somebody has decided.'],
    facts: [
      { label: 'Finding', value: finding },
      { label: 'Order', value: orderId },
      ...(caseId ? [{ label: 'Case', value: caseId }] : []),
    ],
  }),
  example: {
    caseId: 'case_01',
    transaction: 'TXMP-101',
    orderId: 'TXMP-101-0a1b2c3d4e',
    finding: 'a second payment of 50000 for one order',
  },
}
