import type { MailContent, MailTemplate, MailWords } from '../content'
import type { MailData } from '../mail-data'
import { accountLink } from './account-link'
import { factsOf } from './facts'

type Data = MailData['renewal-reminder']

const factsId = ({ billingId, plan, periodEnd, price, balance, ends }: Data, { rupiah, date }: MailWords) =>
  factsOf(
    ['Nomor tagihan', billingId],
    ['Paket', plan],
    [ends ? 'Berakhir' : 'Dibayar sampai', date(periodEnd)],
    ['Harga masa berikutnya', ends ? undefined : rupiah(price)],
    ['Saldo sekarang', ends ? undefined : rupiah(balance)],
  )

const factsEn = ({ billingId, plan, periodEnd, price, balance, ends }: Data, { rupiah, date }: MailWords) =>
  factsOf(
    ['Billing number', billingId],
    ['Plan', plan],
    [ends ? 'Ends' : 'Paid until', date(periodEnd)],
    ['Price of the next period', ends ? undefined : rupiah(price)],
    ['Balance now', ends ? undefined : rupiah(balance)],
  )

const unpaidId = ({ graceUntil }: Data, { date }: MailWords): string =>
  graceUntil
    ? `Tanpa pembayaran, aplikasi tetap berjalan sampai ${date(graceUntil)}, lalu dihentikan; datanya kami simpan dahulu.`
    : 'Tanpa pembayaran, aplikasi dihentikan setelah masa tenggang; datanya kami simpan dahulu.'

const unpaidEn = ({ graceUntil }: Data, { date }: MailWords): string =>
  graceUntil
    ? `Without payment the app runs on until ${date(graceUntil)} and is then stopped; its data is kept for a while.`
    : 'Without payment the app is stopped after the days of grace; its data is kept for a while.'

function inIndonesian(data: Data, words: MailWords): Pick<MailContent, 'subject' | 'paragraphs'> {
  const { service, daysLeft, periodEnd, price, balance, autoRenew, ends } = data
  const { rupiah, date, day } = words
  if (ends)
    return {
      subject: `${service} berakhir ${day(periodEnd)}`,
      paragraphs: [
        `Sesuai pembatalan Anda, langganan ${service} berakhir dalam ${daysLeft} hari, dan aplikasinya dihentikan. Tidak ada yang ditagih lagi.`,
        'Berubah pikiran? Nyalakan lagi perpanjangan otomatis sebelum tanggal itu. Jika tidak, unduh dahulu data yang ingin Anda simpan.',
      ],
    }
  if (!autoRenew)
    return {
      subject: `${service} belum diperpanjang: dibayar sampai ${day(periodEnd)}`,
      paragraphs: [
        `Langganan ${service} dibayar untuk ${daysLeft} hari lagi, dan perpanjangan otomatis tidak aktif.`,
        `Untuk terus memakainya, perpanjang dengan ${rupiah(price)} atau nyalakan perpanjangan otomatis sebelum ${date(periodEnd)}. ${unpaidId(data, words)}`,
      ],
    }
  if (balance < price)
    return {
      subject: `Saldo belum cukup untuk memperpanjang ${service} pada ${day(periodEnd)}`,
      paragraphs: [
        `Langganan ${service} diperpanjang dalam ${daysLeft} hari seharga ${rupiah(price)}, tetapi saldo Anda ${rupiah(balance)}.`,
        `Isi saldo paling sedikit ${rupiah(price - balance)} sebelum ${date(periodEnd)}. ${unpaidId(data, words)}`,
      ],
    }
  return {
    subject: `${service} diperpanjang ${day(periodEnd)} seharga ${rupiah(price)}`,
    paragraphs: [
      `Langganan ${service} diperpanjang otomatis dalam ${daysLeft} hari: ${rupiah(price)} diambil dari saldo dompet Anda. Tidak ada yang perlu Anda lakukan selama saldonya cukup.`,
      'Tidak ingin melanjutkan? Matikan perpanjangan otomatis atau batalkan langganan sebelum tanggal itu.',
    ],
  }
}

function inEnglish(data: Data, words: MailWords): Pick<MailContent, 'subject' | 'paragraphs'> {
  const { service, daysLeft, periodEnd, price, balance, autoRenew, ends } = data
  const { rupiah, date, day } = words
  const left = daysLeft === 1 ? '1 day' : `${daysLeft} days`
  if (ends)
    return {
      subject: `${service} ends on ${day(periodEnd)}`,
      paragraphs: [
        `As you have cancelled it, your ${service} subscription ends in ${left} and its app is stopped. Nothing more is billed.`,
        'Changed your mind? Turn automatic renewal on again before that day. If not, first download whatever you want to keep.',
      ],
    }
  if (!autoRenew)
    return {
      subject: `${service} is not renewed yet: paid until ${day(periodEnd)}`,
      paragraphs: [
        `Your ${service} subscription is paid for ${left} more, and automatic renewal is off.`,
        `To go on using it, renew it for ${rupiah(price)} or turn automatic renewal on before ${date(periodEnd)}. ${unpaidEn(data, words)}`,
      ],
    }
  if (balance < price)
    return {
      subject: `Your balance is too low to renew ${service} on ${day(periodEnd)}`,
      paragraphs: [
        `Your ${service} subscription renews in ${left} for ${rupiah(price)}, but your balance is ${rupiah(balance)}.`,
        `Top up at least ${rupiah(price - balance)} before ${date(periodEnd)}. ${unpaidEn(data, words)}`,
      ],
    }
  return {
    subject: `${service} renews on ${day(periodEnd)} for ${rupiah(price)}`,
    paragraphs: [
      `Your ${service} subscription renews by itself in ${left}: ${rupiah(price)} is taken from your wallet. There is nothing for you to do as long as the balance is enough.`,
      'Don’t want to go on? Turn automatic renewal off or cancel the subscription before that day.',
    ],
  }
}

export const renewalReminder: MailTemplate<'renewal-reminder'> = {
  id: (data, words) => ({
    ...inIndonesian(data, words),
    facts: factsId(data, words),
    link: accountLink('id', words),
  }),
  en: (data, words) => ({ ...inEnglish(data, words), facts: factsEn(data, words), link: accountLink('en', words) }),
  example: {
    service: 'n8n',
    plan: 'Starter',
    billingId: 'BILL-101',
    daysLeft: 3,
    periodEnd: '2030-02-01T03:00:00.000Z',
    price: 55_500,
    balance: 20_000,
    autoRenew: true,
    ends: false,
    graceUntil: '2030-02-04T03:00:00.000Z',
  },
}
