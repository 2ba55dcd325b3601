import { maxPasswordLength, minPasswordLength } from './password-policy'

export type LinkPage = 'verify-email' | 'reset-password'

export interface Texts {
  title: string
  field?: string
  /** What the field asks for. */
  rule?: string
  button: string
  noScript: string
  answers: Record<'done' | 'ended' | 'taken' | 'refused' | 'failed', string>
}

const noScript = {
  id: 'Halaman ini memerlukan JavaScript.',
  en: 'This page needs JavaScript.',
}

const answers = {
  id: {
    ended: 'Tautan ini sudah tidak berlaku. Mintalah yang baru.',
    taken: 'Alamat ini sudah dipakai.',
    refused: 'Tidak diterima:',
    failed: 'Server tidak dapat dihubungi. Coba lagi.',
  },
  en: {
    ended: 'This link is not valid any more. Ask for a new one.',
    taken: 'This address is taken.',
    refused: 'Not accepted:',
    failed: 'The server can’t be reached. Try again.',
  },
}

export const pageTexts: Record<LinkPage, Record<'id' | 'en', Texts>> = {
  'verify-email': {
    id: {
      title: 'Konfirmasi alamat surel',
      button: 'Konfirmasi',
      noScript: noScript.id,
      answers: { done: 'Terima kasih. Alamat Anda sudah dikonfirmasi.', ...answers.id },
    },
    en: {
      title: 'Confirm your address',
      button: 'Confirm',
      noScript: noScript.en,
      answers: { done: 'Thank you. Your address is confirmed.', ...answers.en },
    },
  },
  'reset-password': {
    id: {
      title: 'Kata sandi baru',
      field: 'Kata sandi baru',
      rule: `${minPasswordLength} sampai ${maxPasswordLength} karakter, tidak umum, dan bukan nama atau alamat Anda.`,
      button: 'Simpan',
      noScript: noScript.id,
      answers: { done: 'Kata sandi Anda sudah diganti. Silakan masuk kembali.', ...answers.id },
    },
    en: {
      title: 'New password',
      field: 'New password',
      rule: `${minPasswordLength} to ${maxPasswordLength} characters, not a common one, and not your own name or address.`,
      button: 'Save',
      noScript: noScript.en,
      answers: { done: 'Your password is changed. Please sign in again.', ...answers.en },
    },
  },
}
