import type { MailTemplate } from '../content'

export const dataRemoved: MailTemplate<'data-removed'> = {
  id: ({ service, billingId, removedAt }, { date }) => ({
    subject: `Data ${service} Anda telah dihapus`,
    paragraphs: [
      `Waktu penyimpanan setelah langganan ${service} berakhir sudah habis. Aplikasi dan datanya kami hapus dan tidak dapat dikembalikan.`,
      `Anda dapat berlangganan ${service} lagi kapan saja; aplikasinya akan dimulai dari awal.`,
    ],
    facts: [
      { label: 'Nomor tagihan', value: billingId },
      { label: 'Dihapus', value: date(removedAt) },
    ],
  }),
  en: ({ service, billingId, removedAt }, { date }) => ({
    subject: `Your ${service} data has been deleted`,
    paragraphs: [
      `The time for which we keep data after your ${service} subscription ended is over. The app and its data are deleted and can’t be brought back.`,
      `You can subscribe to ${service} again at any time; the app then starts empty.`,
    ],
    facts: [
      { label: 'Billing number', value: billingId },
      { label: 'Deleted', value: date(removedAt) },
    ],
  }),
  example: { service: 'n8n', billingId: 'BILL-101', removedAt: '2030-02-18T03:00:00.000Z' },
}
