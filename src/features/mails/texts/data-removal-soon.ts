import type { MailTemplate } from '../content'
import { accountLink } from './account-link'

export const dataRemovalSoon: MailTemplate<'data-removal-soon'> = {
  id: ({ service, billingId, removedAt }, words) => ({
    subject: `Data ${service} Anda dihapus ${words.day(removedAt)}`,
    paragraphs: [
      `Langganan ${service} Anda sudah berakhir. Pada ${words.date(removedAt)} aplikasi dan semua datanya dihapus dan tidak dapat dikembalikan.`,
      'Jika Anda masih memerlukannya, pulihkan langganan dari akun Anda sebelum saat itu. Jika tidak, tidak ada yang perlu Anda lakukan.',
    ],
    facts: [
      { label: 'Nomor tagihan', value: billingId },
      { label: 'Dihapus', value: words.date(removedAt) },
    ],
    link: accountLink('id', words),
  }),
  en: ({ service, billingId, removedAt }, words) => ({
    subject: `Your ${service} data will be deleted on ${words.day(removedAt)}`,
    paragraphs: [
      `Your ${service} subscription has ended. On ${words.date(removedAt)} the app and all its data are deleted and can’t be brought back.`,
      'If you still need them, restore the subscription in your account before then. If not, there is nothing for you to do.',
    ],
    facts: [
      { label: 'Billing number', value: billingId },
      { label: 'Deleted on', value: words.date(removedAt) },
    ],
    link: accountLink('en', words),
  }),
  example: { service: 'n8n', billingId: 'BILL-101', removedAt: '2030-02-18T03:00:00.000Z' },
}
