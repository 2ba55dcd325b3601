import type { MailTemplate } from '../content'
import { accountLink } from './account-link'
import { factsOf } from './facts'

export const provisioningRefunded: MailTemplate<'provisioning-refunded'> = {
  id: ({ service, billingId, refund, balance }, words) => ({
    subject: `${service} tidak dapat disiapkan: ${words.rupiah(refund)} dikembalikan`,
    paragraphs: [
      `Maaf, ${service} tidak berhasil kami siapkan pada waktunya. Pesanan Anda kami batalkan, dan seluruh pembayarannya dikembalikan ke dompet Anda.`,
      'Anda tidak perlu melakukan apa pun. Anda dapat memesan lagi kapan saja; kami juga sudah diberi tahu dan memeriksanya.',
    ],
    facts: factsOf(
      ['Nomor tagihan', billingId],
      ['Dikembalikan ke dompet', words.rupiah(refund)],
      ['Saldo sekarang', words.rupiah(balance)],
    ),
    link: accountLink('id', words),
  }),
  en: ({ service, billingId, refund, balance }, words) => ({
    subject: `${service} could not be set up: ${words.rupiah(refund)} returned`,
    paragraphs: [
      `We are sorry: we could not get ${service} running in time. Your order is cancelled, and everything you paid for it is back in your wallet.`,
      'There is nothing for you to do. You can order again at any time; we have been told as well and look into it.',
    ],
    facts: factsOf(
      ['Billing number', billingId],
      ['Returned to your wallet', words.rupiah(refund)],
      ['Balance now', words.rupiah(balance)],
    ),
    link: accountLink('en', words),
  }),
  example: { service: 'n8n', billingId: 'BILL-101', refund: 55_500, balance: 100_000 },
}
