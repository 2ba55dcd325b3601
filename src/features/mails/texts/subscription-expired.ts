import type { MailTemplate } from '../content'
import { accountLink } from './account-link'
import { factsOf } from './facts'

export const subscriptionExpired: MailTemplate<'subscription-expired'> = {
  id: ({ service, billingId, endedAt, dataKeptUntil, restorePrice }, words) => {
    const { rupiah, date, day } = words
    return {
      subject: `Langganan ${service} berakhir; data disimpan sampai ${day(dataKeptUntil)}`,
      paragraphs: [
        `Langganan ${service} Anda berakhir karena tidak diperpanjang. Tidak ada yang ditagih lagi.`,
        restorePrice
          ? `Datanya kami simpan sampai ${date(dataKeptUntil)}. Sampai saat itu langganan dapat dipulihkan beserta datanya seharga ${rupiah(restorePrice)} untuk satu masa baru, selama masih ada slot. Setelah itu datanya dihapus dan tidak dapat dikembalikan.`
          : `Datanya kami simpan sampai ${date(dataKeptUntil)}, lalu dihapus dan tidak dapat dikembalikan. Paketnya tidak dijual lagi; hubungi kami jika Anda masih memerlukan datanya.`,
      ],
      facts: factsOf(
        ['Nomor tagihan', billingId],
        ['Berakhir', date(endedAt)],
        ['Data disimpan sampai', date(dataKeptUntil)],
        ['Harga pemulihan', restorePrice ? rupiah(restorePrice) : undefined],
      ),
      link: accountLink('id', words),
    }
  },
  en: ({ service, billingId, endedAt, dataKeptUntil, restorePrice }, words) => {
    const { rupiah, date, day } = words
    return {
      subject: `Your ${service} subscription has ended; data kept until ${day(dataKeptUntil)}`,
      paragraphs: [
        `Your ${service} subscription has ended because it was not renewed. Nothing more is billed.`,
        restorePrice
          ? `Its data is kept until ${date(dataKeptUntil)}. Until then you can restore it with its data for ${rupiah(restorePrice)}, the price of one new period, as long as a slot is free. After that the data is deleted and can’t be brought back.`
          : `Its data is kept until ${date(dataKeptUntil)}, then deleted for good. Its plan is no longer sold; contact us if you still need the data.`,
      ],
      facts: factsOf(
        ['Billing number', billingId],
        ['Ended', date(endedAt)],
        ['Data kept until', date(dataKeptUntil)],
        ['Price to restore', restorePrice ? rupiah(restorePrice) : undefined],
      ),
      link: accountLink('en', words),
    }
  },
  example: {
    service: 'n8n',
    billingId: 'BILL-101',
    endedAt: '2030-02-11T03:00:00.000Z',
    dataKeptUntil: '2030-02-18T03:00:00.000Z',
    restorePrice: 55_500,
  },
}
