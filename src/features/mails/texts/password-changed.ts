import type { MailTemplate } from '../content'

export const passwordChanged: MailTemplate<'password-changed'> = {
  id: ({ at }, { date }) => ({
    subject: 'Kata sandi Anda telah diganti',
    paragraphs: ['Kata sandi akun Anda baru saja diganti, dan sesi di perangkat lain telah diakhiri.'],
    facts: [{ label: 'Waktu', value: date(at) }],
    closing: 'Jika bukan Anda yang melakukannya, segera atur ulang kata sandi Anda dan hubungi kami.',
  }),
  en: ({ at }, { date }) => ({
    subject: 'Your password was changed',
    paragraphs: ['The password of your account was just changed, and other devices were signed out.'],
    facts: [{ label: 'Time', value: date(at) }],
    closing: 'If this was not you, reset your password at once and contact us.',
  }),
  example: { at: '2030-01-15T03:00:00.000Z' },
}
