import type { MailTemplate } from '../content'
import { accountLink } from './account-link'
import { factsOf } from './facts'

export const subscriptionRenewed: MailTemplate<'subscription-renewed'> = {
  id: ({ service, plan, billingId, charged, balance, periodStart, periodEnd, transaction, fromPlan }, words) => {
    const { rupiah, date } = words
    return {
      subject: `${service} diperpanjang: ${rupiah(charged)}`,
      paragraphs: [
        `Langganan ${service} Anda diperpanjang. ${rupiah(charged)} diambil dari saldo dompet Anda.`,
        ...(fromPlan
          ? [`Seperti yang Anda jadwalkan, paketnya berganti dari ${fromPlan} ke ${plan}; aplikasi dimulai ulang.`]
          : []),
      ],
      facts: factsOf(
        ['Nomor tagihan', billingId],
        ['Paket', plan],
        ['Dibayar', rupiah(charged)],
        ['Saldo sekarang', rupiah(balance)],
        ['Mulai', date(periodStart)],
        ['Berlaku sampai', date(periodEnd)],
        ['Nomor transaksi', transaction],
      ),
      link: accountLink('id', words),
    }
  },
  en: ({ service, plan, billingId, charged, balance, periodStart, periodEnd, transaction, fromPlan }, words) => {
    const { rupiah, date } = words
    return {
      subject: `${service} renewed: ${rupiah(charged)}`,
      paragraphs: [
        `Your ${service} subscription is renewed. ${rupiah(charged)} was taken from your wallet.`,
        ...(fromPlan ? [`As you had booked, its plan went from ${fromPlan} to ${plan}; the app restarts.`] : []),
      ],
      facts: factsOf(
        ['Billing number', billingId],
        ['Plan', plan],
        ['Paid', rupiah(charged)],
        ['Balance now', rupiah(balance)],
        ['From', date(periodStart)],
        ['Runs until', date(periodEnd)],
        ['Transaction', transaction],
      ),
      link: accountLink('en', words),
    }
  },
  example: {
    service: 'n8n',
    plan: 'Starter',
    billingId: 'BILL-101',
    charged: 55_500,
    balance: 94_500,
    periodStart: '2030-02-01T03:00:00.000Z',
    periodEnd: '2030-03-01T03:00:00.000Z',
    transaction: 'TXMP-108',
    fromPlan: 'Business',
  },
}
