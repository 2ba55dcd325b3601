import type { MailTemplate } from '../content'
import { exampleLink } from './link'

export const verifyEmail: MailTemplate<'verify-email'> = {
  id: ({ link }) => ({
    subject: 'Konfirmasi alamat surel Anda',
    paragraphs: [
      'Konfirmasikan bahwa alamat surel ini milik Anda. Tautan berlaku 48 jam dan hanya untuk sekali pakai.',
    ],
    link: { label: 'Konfirmasi alamat surel', url: link ?? '(tersembunyi)' },
    closing: 'Jika Anda tidak memintanya, abaikan surel ini.',
  }),
  en: ({ link }) => ({
    subject: 'Confirm your e-mail address',
    paragraphs: ['Please confirm that this address is yours. The link works once, for 48 hours.'],
    link: { label: 'Confirm address', url: link ?? '(hidden)' },
    closing: 'If you did not ask for this, ignore this mail.',
  }),
  example: exampleLink,
}
