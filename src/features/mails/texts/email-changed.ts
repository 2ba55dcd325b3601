import type { MailTemplate } from '../content'

export const emailChanged: MailTemplate<'email-changed'> = {
  id: ({ at }, { date }) => ({
    subject: 'Alamat surel akun Anda telah diganti',
    paragraphs: ['Akun Anda sekarang memakai alamat surel lain. Alamat ini tidak dapat lagi dipakai untuk masuk.'],
    facts: [{ label: 'Waktu', value: date(at) }],
    closing: 'Jika bukan Anda yang melakukannya, segera hubungi kami.',
  }),
  en: ({ at }, { date }) => ({
    subject: 'The e-mail address of your account was changed',
    paragraphs: ['Your account now uses another e-mail address. This one no longer signs you in.'],
    facts: [{ label: 'Time', value: date(at) }],
    closing: 'If this was not you, contact us at once.',
  }),
  example: { at: '2030-01-15T03:00:00.000Z' },
}
