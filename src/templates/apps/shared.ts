import type { TemplateInput, TemplateSecret } from '../template'

/** The zones of the market, and the two that servers elsewhere use. */
export const timeZoneInput: TemplateInput = {
  key: 'timeZone',
  label: { en: 'Time zone', id: 'Zona waktu' },
  type: 'enum',
  options: ['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura', 'Asia/Singapore', 'UTC'],
  default: 'Asia/Jakarta',
  changeable: true,
}

/** An app's outgoing mail: all of it hangs on `smtpHost`, as port 25 is closed to apps. */
export const smtpInputs: TemplateInput[] = [
  {
    key: 'smtpHost',
    label: { en: 'Mail server', id: 'Server e-mail' },
    type: 'string',
    maxLength: 253,
    pattern: '^[A-Za-z0-9.-]+$',
    changeable: true,
    together: ['mailFrom'],
  },
  {
    key: 'smtpPort',
    label: { en: 'Mail server port', id: 'Port server e-mail' },
    type: 'integer',
    min: 1,
    max: 65_535,
    default: 587,
    changeable: true,
  },
  {
    key: 'smtpUser',
    label: { en: 'Mail user', id: 'Pengguna e-mail' },
    type: 'string',
    maxLength: 254,
    changeable: true,
  },
  {
    key: 'smtpPassword',
    label: { en: 'Mail password', id: 'Kata sandi e-mail' },
    type: 'secret',
    maxLength: 254,
    changeable: true,
  },
  {
    key: 'mailFrom',
    label: { en: 'Sender address', id: 'Alamat pengirim' },
    type: 'email',
    changeable: true,
    together: ['smtpHost'],
  },
]

/** A first start gets five minutes: it covers a slow disk and still ends within the rollout's deadline. */
export const patient = { periodSeconds: 5, failureThreshold: 60 }
export const calm = { periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 }

/** For a template that takes secrets and needs none of its own: what is seen of a pod depends on them, and must not tell them. */
export const saltSecret: TemplateSecret = { key: 'salt', length: 32, alphabet: 'alphanumeric' }
