import { Gauge } from 'prom-client'
import { type Config, smtpServerOf } from '../config'
import { findLackOfAdministrators } from '../features/accounts'
import { AppError } from '../lib/errors'
import type { Parts } from '../parts'
import { hasCluster } from './cluster-part'
import { deliversMail } from './mail-part'

/** What a start goes on in spite of, and its operator should know. */
export interface Warning {
  kind:
    | 'mixture'
    | 'public-url'
    | 'mail-from'
    | 'smtp-in-the-clear'
    | 'unknown-variable'
    | 'open-to-others'
    | 'clock-back'
    | 'no-mark'
    | 'no-administrator'
  text: string
}

interface Part {
  name: string
  isReal: boolean
  /** What is so, and what follows, where it is not real. */
  lack: string
  /** How to make it real. */
  variable: string
}

const partsOf = (config: Config): Part[] => [
  {
    name: 'payments',
    isReal: config.midtransServerKey !== undefined,
    lack: 'payments are a stand-in, so whoever likes tops up without paying',
    variable: 'MIDTRANS_SERVER_KEY',
  },
  {
    name: 'the cluster',
    isReal: hasCluster(config),
    lack: 'the cluster is a stand-in, so what is sold runs nowhere',
    variable: 'KUBECONFIG',
  },
  {
    name: 'mail',
    isReal: deliversMail(config),
    lack: 'mails are kept, so they reach nobody',
    variable: 'RESEND_API_KEY or SMTP_HOST',
  },
]

/** Neither money nor cluster is real: time may be played with. */
export const isSandbox = (config: Config): boolean => config.midtransServerKey === undefined && !hasCluster(config)

/**
 * Real money is not taken for what nobody gets, unless the operator has said so.
 * @throws AppError CONFIG_FAILED
 */
export function assertStandInsAreMeant(config: Config): void {
  if (config.midtransEnvironment !== 'production' || config.allowStandIns === 'yes') return
  const standIns = partsOf(config).filter(({ isReal }) => !isReal)
  if (standIns.length === 0) return
  const lacks = standIns.map(({ lack }) => lack).join(', and ')
  const variables = standIns.map(({ variable }) => variable).join(' and ')
  throw new AppError(
    'CONFIG_FAILED',
    `MIDTRANS_ENV: production takes real money, but ${lacks}; set ${variables}, or ALLOW_STAND_INS=yes`,
  )
}

export function warningsOf(config: Config, publicUrl: string): Warning[] {
  const warnings: Warning[] = []
  const parts = partsOf(config)
  const real = parts.filter(({ isReal }) => isReal)
  for (const part of real.length === 0 ? [] : parts.filter(({ isReal }) => !isReal)) {
    const beside = real.map(({ name }) => name).join(' and ')
    warnings.push({ kind: 'mixture', text: `beside real parts (${beside}) ${part.lack}` })
  }
  if (config.midtransEnvironment === 'production' && isLocal(publicUrl)) {
    const text = `PUBLIC_URL is ${publicUrl}, where neither customers nor Midtrans reach it`
    warnings.push({ kind: 'public-url', text })
  }
  if (deliversMail(config) && config.mailFrom.includes('@localhost')) {
    warnings.push({ kind: 'mail-from', text: `MAIL_FROM is ${config.mailFrom}, for which nobody will deliver` })
  }
  const smtp = smtpServerOf(config)
  if (smtp?.tls === 'none' && smtp.pass !== undefined && !isLocalHost(smtp.host)) {
    warnings.push({
      kind: 'smtp-in-the-clear',
      text: 'SMTP_TLS is none, so SMTP_PASS and every mail can be read on the way',
    })
  }
  for (const { name, meant } of config.unknownVariables) {
    const text = `${name} is set, but nothing reads it${meant ? `; is ${meant} meant?` : ''}`
    warnings.push({ kind: 'unknown-variable', text })
  }
  return warnings
}

const isLocal = (url: string): boolean => isLocalHost(new URL(url).hostname)

const isLocalHost = (host: string): boolean => /^(?:localhost|.*\.localhost|127\..*|0\.0\.0\.0|\[?::1?\]?)$/.test(host)

export async function adminWarnings(parts: Pick<Parts, 'db'>): Promise<Warning[]> {
  const text = await findLackOfAdministrators(parts)
  return text === undefined ? [] : [{ kind: 'no-administrator', text }]
}

/** In the log, where a person may not look, and as a figure, on which an alert can look. */
export function tellWarnings({ log, registry }: Pick<Parts, 'log' | 'registry'>, warnings: readonly Warning[]): void {
  const gauge = new Gauge({
    name: 'minispod_start_warnings',
    help: 'What the last start warned of, by kind; the words are in its log and on its standard error',
    labelNames: ['kind'],
    registers: [registry],
  })
  for (const { kind, text } of warnings) {
    gauge.inc({ kind })
    log.warn({ kind }, text)
  }
}
