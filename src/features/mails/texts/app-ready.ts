import type { MailTemplate } from '../content'
import { factsOf } from './facts'

export const appReady: MailTemplate<'app-ready'> = {
  id: ({ service, billingId, url, adminUrl, firstSteps }) => ({
    subject: `${service} Anda siap dipakai`,
    paragraphs: [
      `${service} sudah berjalan dan bisa dibuka sekarang.`,
      ...(firstSteps ? [`Langkah pertama: ${firstSteps.id}`] : []),
    ],
    link: { label: `Buka ${service}`, url },
    facts: factsOf(['Nomor tagihan', billingId], ['Halaman admin', adminUrl]),
    closing: 'Jika ada kata sandi awal, Anda menemukannya di akun Anda; kami tidak pernah mengirimnya lewat surel.',
  }),
  en: ({ service, billingId, url, adminUrl, firstSteps }) => ({
    subject: `Your ${service} is ready`,
    paragraphs: [
      `${service} is running and can be opened now.`,
      ...(firstSteps ? [`First steps: ${firstSteps.en}`] : []),
    ],
    link: { label: `Open ${service}`, url },
    facts: factsOf(['Billing number', billingId], ['Administration page', adminUrl]),
    closing: 'If there is an initial password, you find it in your account; we never send it by mail.',
  }),
  example: {
    service: 'Ghost',
    billingId: 'BILL-101',
    url: 'https://blog-k3f9.apps.example.com',
    adminUrl: 'https://blog-k3f9.apps.example.com/ghost',
    firstSteps: {
      id: 'Buka URL admin dan segera buat akun pemilik.',
      en: 'Open the admin URL and create the owner account right away.',
    },
  },
}
