import type { MailTemplate } from '../content'

export const subscriptionCancelled: MailTemplate<'subscription-cancelled'> = {
  id: ({ service, billingId, endsAt, dataKeptUntil, refund = 0 }, { rupiah, date }) => ({
    subject: `Langganan ${service} dibatalkan`,
    paragraphs: [`Langganan ${service} Anda sudah dibatalkan dan tidak akan ditagih lagi.`],
    facts: [
      { label: 'Nomor tagihan', value: billingId },
      { label: 'Berakhir', value: date(endsAt) },
      ...(dataKeptUntil ? [{ label: 'Data disimpan sampai', value: date(dataKeptUntil) }] : []),
      ...(refund > 0 ? [{ label: 'Dikembalikan ke dompet', value: rupiah(refund) }] : []),
    ],
    closing: dataKeptUntil
      ? 'Selama datanya disimpan, langganan dapat dipulihkan dari akun Anda sebagai masa baru, selama masih ada slot. Setelah itu datanya dihapus.'
      : undefined,
  }),
  en: ({ service, billingId, endsAt, dataKeptUntil, refund = 0 }, { rupiah, date }) => ({
    subject: `Your ${service} subscription is cancelled`,
    paragraphs: [`Your ${service} subscription is cancelled and will not be billed again.`],
    facts: [
      { label: 'Billing number', value: billingId },
      { label: 'Ends', value: date(endsAt) },
      ...(dataKeptUntil ? [{ label: 'Data kept until', value: date(dataKeptUntil) }] : []),
      ...(refund > 0 ? [{ label: 'Returned to your wallet', value: rupiah(refund) }] : []),
    ],
    closing: dataKeptUntil
      ? 'While its data is kept you can restore the subscription in your account, as a new period, as long as a slot is free. After that the data is deleted.'
      : undefined,
  }),
  example: {
    service: 'n8n',
    billingId: 'BILL-101',
    endsAt: '2030-02-01T03:00:00.000Z',
    dataKeptUntil: '2030-02-08T03:00:00.000Z',
    refund: 50_000,
  },
}
