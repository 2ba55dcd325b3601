import { translate } from '../../../lib/translate'
import type { MailTemplate } from '../content'

export const upgradeUndone: MailTemplate<'upgrade-undone'> = {
  id: ({ service, billingId, triedPlan, plan, reason, refunded, balance }, { rupiah }) => ({
    subject: `Kenaikan paket ${service} dibatalkan`,
    paragraphs: [
      `Aplikasi ${service} Anda tidak bisa berjalan dengan paket ${triedPlan}, jadi paketnya kembali menjadi ${plan}. Pembayarannya sudah dikembalikan.`,
      translate(reason, 'id'),
    ],
    facts: [
      { label: 'Nomor tagihan', value: billingId },
      { label: 'Dikembalikan ke dompet', value: rupiah(refunded) },
      { label: 'Saldo sekarang', value: rupiah(balance) },
    ],
  }),
  en: ({ service, billingId, triedPlan, plan, reason, refunded, balance }, { rupiah }) => ({
    subject: `The upgrade of ${service} was taken back`,
    paragraphs: [
      `Your ${service} app could not run on ${triedPlan}, so its plan is ${plan} again. What you paid for the upgrade has been returned.`,
      reason,
    ],
    facts: [
      { label: 'Billing number', value: billingId },
      { label: 'Returned to your wallet', value: rupiah(refunded) },
      { label: 'Balance now', value: rupiah(balance) },
    ],
  }),
  example: {
    service: 'n8n',
    billingId: 'BILL-101',
    triedPlan: 'Business',
    plan: 'Starter',
    reason: 'No node has room for the app right now.',
    refunded: 25_000,
    balance: 75_000,
  },
}
