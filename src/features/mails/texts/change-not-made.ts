import type { MailTemplate } from '../content'
import type { MailData } from '../mail-data'
import { accountLink } from './account-link'
import { factsOf } from './facts'

type Reason = MailData['change-not-made']['reason']

const reasonsId: Record<Reason, string> = {
  'sold-out': 'Slot paket itu sudah habis.',
  retired: 'Paket itu tidak dijual lagi.',
  'too-small': 'Paket itu terlalu kecil untuk data atau kebutuhan aplikasi Anda.',
  cluster: 'Saat ini tidak ada tempat untuk paket itu di server kami.',
}

const reasonsEn: Record<Reason, string> = {
  'sold-out': 'No slot of that plan is left.',
  retired: 'That plan is no longer sold.',
  'too-small': 'That plan is too small for your app or its data.',
  cluster: 'Our servers have no room for that plan right now.',
}

export const changeNotMade: MailTemplate<'change-not-made'> = {
  id: ({ service, billingId, plan, wantedPlan, reason }, words) => ({
    subject: `Paket ${service} tidak berganti ke ${wantedPlan}`,
    paragraphs: [
      `Perubahan yang Anda jadwalkan untuk ${service} tidak dapat dilakukan. ${reasonsId[reason]}`,
      `Langganan berlanjut dengan paket ${plan}. Anda dapat memilih paket lain untuk masa berikutnya, atau mengakhiri langganan, dari akun Anda.`,
    ],
    facts: factsOf(['Nomor tagihan', billingId], ['Paket sekarang', plan], ['Paket yang diminta', wantedPlan]),
    link: accountLink('id', words),
  }),
  en: ({ service, billingId, plan, wantedPlan, reason }, words) => ({
    subject: `The plan of ${service} did not change to ${wantedPlan}`,
    paragraphs: [
      `The change that you had booked for ${service} could not be made. ${reasonsEn[reason]}`,
      `It goes on with the ${plan} plan. In your account you can choose another plan for the next period, or end the subscription.`,
    ],
    facts: factsOf(['Billing number', billingId], ['Plan now', plan], ['Plan you wanted', wantedPlan]),
    link: accountLink('en', words),
  }),
  example: {
    service: 'n8n',
    plan: 'Business',
    billingId: 'BILL-101',
    wantedPlan: 'Starter',
    reason: 'too-small',
  },
}
