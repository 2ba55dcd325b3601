import type { MailTemplate } from '../content'
import type { MailData } from '../mail-data'

type Change = MailData['two-factor-changed']['change']

const inIndonesian: Record<Change, [subject: string, text: string]> = {
  on: [
    'Verifikasi dua langkah telah diaktifkan',
    'Mulai sekarang, masuk ke akun Anda memerlukan kode dari aplikasi autentikator Anda. Simpan kode pemulihan Anda di tempat yang aman.',
  ],
  off: [
    'Verifikasi dua langkah telah dinonaktifkan',
    'Mulai sekarang, kata sandi saja sudah cukup untuk masuk ke akun Anda.',
  ],
  'off-by-support': [
    'Verifikasi dua langkah telah dinonaktifkan oleh administrator',
    'Mulai sekarang, kata sandi saja sudah cukup untuk masuk ke akun Anda. Aktifkan kembali verifikasi dua langkah setelah Anda masuk.',
  ],
  'new-codes': [
    'Kode pemulihan Anda telah diganti',
    'Kode pemulihan baru telah dibuat. Kode yang lama tidak berlaku lagi.',
  ],
  'code-used': [
    'Kode pemulihan telah dipakai',
    'Salah satu kode pemulihan Anda baru saja dipakai. Kode itu tidak dapat dipakai lagi.',
  ],
}

const inEnglish: Record<Change, [subject: string, text: string]> = {
  on: [
    'Two-factor authentication was turned on',
    'From now on, signing in to your account takes a code from your authenticator app. Keep your recovery codes in a safe place.',
  ],
  off: [
    'Two-factor authentication was turned off',
    'From now on, the password alone is enough to sign in to your account.',
  ],
  'off-by-support': [
    'Two-factor authentication was turned off by an administrator',
    'From now on, the password alone is enough to sign in to your account. Turn two-factor authentication on again once you are in.',
  ],
  'new-codes': ['Your recovery codes were replaced', 'New recovery codes were made. The old ones no longer work.'],
  'code-used': ['A recovery code was used', 'One of your recovery codes was just used. It no longer works.'],
}

export const twoFactorChanged: MailTemplate<'two-factor-changed'> = {
  id: ({ change, at, codesLeft }, { date }) => {
    const [subject, text] = inIndonesian[change]
    return {
      subject,
      paragraphs: [text],
      facts: [
        { label: 'Waktu', value: date(at) },
        ...(codesLeft === undefined ? [] : [{ label: 'Kode pemulihan tersisa', value: String(codesLeft) }]),
      ],
      closing: 'Jika bukan Anda yang melakukannya, segera ganti kata sandi Anda dan hubungi kami.',
    }
  },
  en: ({ change, at, codesLeft }, { date }) => {
    const [subject, text] = inEnglish[change]
    return {
      subject,
      paragraphs: [text],
      facts: [
        { label: 'Time', value: date(at) },
        ...(codesLeft === undefined ? [] : [{ label: 'Recovery codes left', value: String(codesLeft) }]),
      ],
      closing: 'If this was not you, change your password at once and contact us.',
    }
  },
  example: { change: 'code-used', at: '2030-01-15T03:00:00.000Z', codesLeft: 9 },
}
