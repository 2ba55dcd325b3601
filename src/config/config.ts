import { isAbsolute, resolve } from 'node:path'
import { AppError } from '../lib/errors'
import { billingVariables } from './billing'
import { brandVariables } from './brand'
import { findMailMistakes, mailVariables } from './mail'
import { paymentVariables } from './payments'
import { retentionVariables } from './retention'
import { findUnknownVariables, type UnknownVariable } from './unknown'
import {
  dnsName,
  integer,
  ipRanges,
  limitFactor,
  namespacePrefix,
  oneOf,
  origins,
  resourceLimits,
  sealingKeys,
  secretWord,
  signingSecrets,
  text,
  url,
} from './values'
import { optional, type Variable, variable } from './variable'

/** Every setting there is. The README's table is checked against this one. */
export const variables = {
  port: variable({
    name: 'PORT',
    parse: integer(0, 65_535),
    fallback: 3000,
    shown: '3000',
    description: 'Port of the HTTP server; 0 takes a free one.',
  }),
  host: variable({
    name: 'HOST',
    parse: text,
    fallback: '0.0.0.0',
    shown: '0.0.0.0',
    description: 'Address it listens on.',
  }),
  metricsPort: variable<number | undefined>({
    name: 'METRICS_PORT',
    parse: integer(0, 65_535),
    fallback: undefined,
    shown: '',
    description: 'Port on which `/metrics` is served, instead of `PORT`; 0 takes a free one.',
  }),
  metricsToken: optional(
    'METRICS_TOKEN',
    'What whoever reads `/metrics` must send as `Authorization: Bearer …`; 16 characters or more.',
    secretWord,
    { secret: true },
  ),
  publicUrl: optional(
    'PUBLIC_URL',
    'URL under which customers reach it; used in mails, payment pages and the OpenAPI document.',
    url('http:', 'https:'),
    { shown: 'http://localhost:PORT' },
  ),
  dataDir: variable({
    name: 'DATA_DIR',
    parse: text,
    fallback: './data',
    shown: './data',
    description: 'Folder of the database, generated secrets and the embedded parts.',
  }),
  databaseUrl: optional(
    'DATABASE_URL',
    'A libSQL server (`http(s)://…`, `libsql://…`) or a file (`file:…`).',
    url('http:', 'https:', 'libsql:', 'file:', 'ws:', 'wss:'),
    { shown: 'a file in DATA_DIR', secret: true },
  ),
  databaseAuthToken: optional('DATABASE_AUTH_TOKEN', 'Token of the libSQL server.', text, { secret: true }),
  databaseReplica: optional('DATABASE_REPLICA', 'File of a local replica for reads from the libSQL server.'),
  jwtSecret: optional(
    'JWT_SECRET',
    'Signs access tokens; 32 characters or more. Several, newest first and comma separated, while one takes over.',
    signingSecrets,
    { secret: true, shown: 'made once, kept in DATA_DIR' },
  ),
  encryptionKeys: optional(
    'ENCRYPTION_KEYS',
    'Keys for secrets at rest, newest first: `id:base64 of 32 bytes`, comma separated.',
    sealingKeys,
    { secret: true, shown: 'made once, kept in DATA_DIR' },
  ),
  kubeconfig: optional(
    'KUBECONFIG',
    'Kubeconfig of the cluster; in a pod the service account is used; else the embedded cluster.',
    text,
    { aliases: ['KUBECONFIG_PATH'], shown: 'embedded cluster' },
  ),
  namespacePrefix: variable({
    name: 'K8S_NAMESPACE_PREFIX',
    parse: namespacePrefix,
    fallback: 'customer-',
    shown: 'customer-',
    description: 'Customers’ namespaces start with it.',
  }),
  clusterDomain: optional('K8S_CLUSTER_DOMAIN', 'Domain under which the apps get their subdomains.', dnsName, {
    shown: 'apps.localhost',
  }),
  storageClass: optional('STORAGE_CLASS', 'Storage class of the apps’ volumes.', dnsName, {
    shown: 'the cluster’s default',
  }),
  ingressClass: optional('INGRESS_CLASS', 'Ingress class of the apps’ URLs.', dnsName, { shown: 'traefik' }),
  clusterIssuer: optional('CLUSTER_ISSUER', 'cert-manager ClusterIssuer; with it the apps’ URLs are https.', dnsName),
  defaultResourceLimits: variable({
    name: 'DEFAULT_RESOURCE_LIMITS',
    parse: resourceLimits,
    fallback: { cpu: '1', memory: '1Gi' },
    shown: '{"cpu":"1","memory":"1Gi"}',
    description: 'Limits of a container that names none.',
  }),
  templateRegistry: optional('TEMPLATE_REGISTRY', 'Registry prefix put before the images of the app templates.'),
  midtransServerKey: optional(
    'MIDTRANS_SERVER_KEY',
    'Midtrans server key; without it the embedded gateway is used.',
    text,
    { secret: true, shown: 'embedded gateway' },
  ),
  midtransClientKey: optional('MIDTRANS_CLIENT_KEY', 'Midtrans client key.'),
  midtransMerchantId: optional(
    'MIDTRANS_MERCHANT_ID',
    'Midtrans merchant id; a notification for another one is refused.',
  ),
  midtransEnvironment: variable<'sandbox' | 'production'>({
    name: 'MIDTRANS_ENV',
    parse: oneOf('sandbox', 'production'),
    fallback: 'sandbox',
    shown: 'sandbox',
    description: '`sandbox` or `production`.',
  }),
  midtransBaseUrl: optional('MIDTRANS_BASE_URL', 'Another address that speaks Midtrans’ HTTP.', url('http:', 'https:')),
  ...mailVariables,
  logLevel: variable({
    name: 'LOG_LEVEL',
    parse: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    fallback: 'info',
    shown: 'info',
    description: 'Least level that is logged.',
  }),
  corsOrigins: variable({
    name: 'CORS_ORIGINS',
    parse: origins,
    fallback: [],
    shown: '',
    description: 'Origins of web pages that may call the API, exact and comma separated: `https://app.example.com`.',
  }),
  trustedProxies: variable({
    name: 'TRUSTED_PROXIES',
    parse: ipRanges,
    fallback: [],
    shown: '',
    description: 'Addresses or CIDR ranges of proxies whose `X-Forwarded-For` is believed, comma separated.',
  }),
  rateLimits: variable({
    name: 'RATE_LIMITS',
    parse: limitFactor,
    fallback: 1,
    shown: 'on',
    description: '`on`, `off`, or a whole number that multiplies every rate limit.',
  }),
  allowStandIns: variable<'yes' | 'no'>({
    name: 'ALLOW_STAND_INS',
    parse: oneOf('yes', 'no'),
    fallback: 'no',
    shown: 'no',
    description: '`yes` lets `MIDTRANS_ENV=production` start with the embedded cluster or with kept mails.',
  }),
  ...paymentVariables,
  ...billingVariables,
  ...retentionVariables,
  ...brandVariables,
} satisfies Record<string, Variable<never> | unknown>

type Variables = typeof variables
const knownNames = (Object.values(variables) as Variable<unknown>[]).flatMap(({ name, aliases = [] }) => [
  name,
  ...aliases,
])

export type Config = { [K in keyof Variables]: Variables[K]['fallback'] } & {
  unknownVariables: UnknownVariable[]
  /** Kubernetes sets it in every pod: nobody configures it. */
  inPod: boolean
}

/**
 * An empty value counts as not set.
 * @throws AppError CONFIG_FAILED with one line for each mistake; a secret's value is never repeated.
 */
export function parseConfig(environment: Record<string, string | undefined>): Config {
  const config: Record<string, unknown> = {
    inPod: Boolean(environment.KUBERNETES_SERVICE_HOST),
    unknownVariables: findUnknownVariables(environment, knownNames),
  }
  const mistakes: string[] = []
  for (const [key, entry] of Object.entries(variables) as [string, Variable<unknown>][]) {
    const name = [entry.name, ...(entry.aliases ?? [])].find((candidate) => environment[candidate]?.trim())
    const value = name === undefined ? undefined : environment[name]?.trim()
    try {
      config[key] = value === undefined ? entry.fallback : entry.parse(value)
    } catch (error) {
      // Before an @ stands a password, if there is one.
      const shown = entry.secret || value?.includes('@') ? '' : ` (it is ${JSON.stringify(value)})`
      mistakes.push(`${name}: ${error instanceof Error ? error.message : 'wrong'}${shown}`)
    }
  }
  const known = config as Config
  if (known.midtransEnvironment === 'production' && !known.midtransServerKey) {
    mistakes.push('MIDTRANS_SERVER_KEY: must be set when MIDTRANS_ENV is production')
  }
  mistakes.push(...findMailMistakes(known))
  if (mistakes.length > 0) throw new AppError('CONFIG_FAILED', mistakes.join('\n'))
  return { ...known, dataDir: isAbsolute(known.dataDir) ? known.dataDir : resolve(known.dataDir) }
}
