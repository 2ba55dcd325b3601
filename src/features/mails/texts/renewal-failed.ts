import type { MailTemplate } from '../content'
import { accountLink } from './account-link'
import { factsOf } from './facts'

export const renewalFailed: MailTemplate<'renewal-failed'> = {
  id: ({ service, plan, billingId, due, balance, graceUntil, autoRenew }, words) => {
    const { rupiah, date, day } = words
    const lacking = Math.max(0, due - balance)
    return {
      subject: `${service} belum dibayar: ${rupiah(due)} sebelum ${day(graceUntil)}`,
      paragraphs: [
        autoRenew
          ? `Langganan ${service} Anda seharusnya diperpanjang sekarang seharga ${rupiah(due)}, tetapi saldo Anda ${rupiah(balance)}.`
          : `Masa langganan ${service} Anda sudah habis, dan perpanjangan otomatis tidak aktif.`,
        autoRenew
          ? `Isi saldo paling sedikit ${rupiah(lacking)}: begitu saldonya cukup, langganan diperpanjang dengan sendirinya.`
          : `Perpanjang dengan ${rupiah(due)} dari akun Anda, atau nyalakan perpanjangan otomatis.`,
        `Aplikasi tetap berjalan sampai ${date(graceUntil)}. Setelah itu aplikasi dihentikan; datanya tetap kami simpan dahulu.`,
      ],
      facts: factsOf(
        ['Nomor tagihan', billingId],
        ['Paket', plan],
        ['Yang harus dibayar', rupiah(due)],
        ['Saldo sekarang', rupiah(balance)],
        ['Bayar sebelum', date(graceUntil)],
      ),
      link: accountLink('id', words),
    }
  },
  en: ({ service, plan, billingId, due, balance, graceUntil, autoRenew }, words) => {
    const { rupiah, date, day } = words
    const lacking = Math.max(0, due - balance)
    return {
      subject: `${service} is not paid: ${rupiah(due)} due by ${day(graceUntil)}`,
      paragraphs: [
        autoRenew
          ? `Your ${service} subscription was to renew now for ${rupiah(due)}, but your balance is ${rupiah(balance)}.`
          : `The paid time of your ${service} subscription is over, and automatic renewal is off.`,
        autoRenew
          ? `Top up at least ${rupiah(lacking)}: as soon as the balance is enough, it renews by itself.`
          : `Renew it for ${rupiah(due)} in your account, or turn automatic renewal on.`,
        `The app runs on until ${date(graceUntil)}. After that it is stopped; its data is still kept for a while.`,
      ],
      facts: factsOf(
        ['Billing number', billingId],
        ['Plan', plan],
        ['Due', rupiah(due)],
        ['Balance now', rupiah(balance)],
        ['Pay before', date(graceUntil)],
      ),
      link: accountLink('en', words),
    }
  },
  example: {
    service: 'n8n',
    plan: 'Starter',
    billingId: 'BILL-101',
    due: 55_500,
    balance: 20_000,
    graceUntil: '2030-02-04T03:00:00.000Z',
    autoRenew: true,
  },
}
