import type { MailTemplate, MailWords } from '../content'
import type { MailData } from '../mail-data'
import { accountLink } from './account-link'
import { factsOf } from './facts'

type Data = MailData['subscription-suspended']

const unpaidId = ({ service, due, endsAt, autoRenew }: Data, { rupiah, date }: MailWords): string[] => [
  `Langganan ${service} Anda belum dibayar, jadi aplikasinya kami hentikan. Datanya tetap tersimpan.`,
  `${due ? `Bayar ${rupiah(due)}` : 'Bayar'}${endsAt ? ` sebelum ${date(endsAt)}` : ''} ${autoRenew ? 'dengan mengisi saldo: begitu cukup, langganan diperpanjang dengan sendirinya' : 'dengan mengisi saldo dan memperpanjang langganan dari akun Anda'}, dan aplikasi berjalan lagi dengan data yang sama. Masa yang baru dihitung sejak dibayar; waktu berhenti tidak ditagih.`,
  ...(endsAt ? ['Jika tidak, langganan berakhir pada tanggal itu.'] : []),
]

const unpaidEn = ({ service, due, endsAt, autoRenew }: Data, { rupiah, date }: MailWords): string[] => [
  `Your ${service} subscription is not paid, so we have stopped its app. Its data is kept.`,
  `Pay${due ? ` ${rupiah(due)}` : ''}${endsAt ? ` before ${date(endsAt)}` : ''} ${autoRenew ? 'by topping up: as soon as the balance is enough it renews by itself' : 'by topping up and renewing it in your account'}, and the app runs again with the same data. The new period counts from the payment; the time it stood still is not billed.`,
  ...(endsAt ? ['If not, the subscription ends on that day.'] : []),
]

const adminId = ({ service }: Data): string[] => [
  `Kami menangguhkan langganan ${service} Anda dan menghentikan aplikasinya. Datanya tetap tersimpan.`,
  'Selama ditangguhkan tidak ada yang ditagih, dan sisa waktu yang sudah Anda bayar tidak berkurang. Hubungi kami untuk melanjutkannya.',
]

const adminEn = ({ service }: Data): string[] => [
  `We have suspended your ${service} subscription and stopped its app. Its data is kept.`,
  'While it is suspended nothing is billed, and the time you have paid for does not run. Contact us to have it go on.',
]

export const subscriptionSuspended: MailTemplate<'subscription-suspended'> = {
  id: (data, words) => ({
    subject: data.by === 'unpaid' ? `${data.service} dihentikan: belum dibayar` : `${data.service} ditangguhkan`,
    paragraphs: data.by === 'unpaid' ? unpaidId(data, words) : adminId(data),
    facts: factsOf(
      ['Nomor tagihan', data.billingId],
      ['Alasan', data.reason],
      ['Yang harus dibayar', data.due ? words.rupiah(data.due) : undefined],
      ['Bayar sebelum', data.by === 'unpaid' && data.endsAt ? words.date(data.endsAt) : undefined],
    ),
    link: accountLink('id', words),
  }),
  en: (data, words) => ({
    subject: data.by === 'unpaid' ? `${data.service} is stopped: not paid` : `${data.service} is suspended`,
    paragraphs: data.by === 'unpaid' ? unpaidEn(data, words) : adminEn(data),
    facts: factsOf(
      ['Billing number', data.billingId],
      ['Reason', data.reason],
      ['Due', data.due ? words.rupiah(data.due) : undefined],
      ['Pay before', data.by === 'unpaid' && data.endsAt ? words.date(data.endsAt) : undefined],
    ),
    link: accountLink('en', words),
  }),
  example: {
    service: 'n8n',
    billingId: 'BILL-101',
    by: 'unpaid',
    due: 55_500,
    endsAt: '2030-02-11T03:00:00.000Z',
    autoRenew: true,
  },
}
