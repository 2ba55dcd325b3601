import type { MailTemplate } from '../content'
import { exampleLink } from './link'

export const resetPassword: MailTemplate<'reset-password'> = {
  id: ({ link }) => ({
    subject: 'Atur ulang kata sandi Anda',
    paragraphs: [
      'Buka tautan ini untuk membuat kata sandi baru. Tautan berlaku satu jam dan hanya untuk sekali pakai.',
    ],
    link: { label: 'Buat kata sandi baru', url: link ?? '(tersembunyi)' },
    closing: 'Jika Anda tidak memintanya, abaikan surel ini: kata sandi Anda tetap sama.',
  }),
  en: ({ link }) => ({
    subject: 'Reset your password',
    paragraphs: ['Open this link to set a new password. It works once, for one hour.'],
    link: { label: 'Set a new password', url: link ?? '(hidden)' },
    closing: 'If you did not ask for this, ignore this mail: your password stays as it is.',
  }),
  example: exampleLink,
}
