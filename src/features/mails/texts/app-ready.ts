import type { MailContent, MailTemplate } from '../content'

const adminFact = (label: string, adminUrl: string | null | undefined): Pick<MailContent, 'facts'> =>
  adminUrl ? { facts: [{ label, value: adminUrl }] } : {}

export const appReady: MailTemplate<'app-ready'> = {
  id: ({ service, url, adminUrl }) => ({
    subject: `${service} Anda siap dipakai`,
    paragraphs: [`${service} sudah berjalan dan bisa dibuka sekarang.`],
    link: { label: `Buka ${service}`, url },
    ...adminFact('Halaman admin', adminUrl),
    closing: 'Jika ada kata sandi awal, Anda menemukannya di akun Anda; kami tidak pernah mengirimnya lewat surel.',
  }),
  en: ({ service, url, adminUrl }) => ({
    subject: `Your ${service} is ready`,
    paragraphs: [`${service} is running and can be opened now.`],
    link: { label: `Open ${service}`, url },
    ...adminFact('Administration page', adminUrl),
    closing: 'If there is an initial password, you find it in your account; we never send it by mail.',
  }),
  example: {
    service: 'Ghost',
    url: 'https://blog-k3f9.apps.example.com',
    adminUrl: 'https://blog-k3f9.apps.example.com/ghost',
  },
}
