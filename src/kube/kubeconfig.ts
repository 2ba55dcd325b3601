import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { RequestOptions } from 'node:https'
import type { Cluster, KubeConfig } from '@kubernetes/client-node'
import { AppError } from '../lib/errors'
import type { Connection, ConnectionTls } from './connection'

/** Tokens of files and plugins are asked for again after this; the providers keep what is still good themselves. */
const renewAfterMs = 30_000
const maxCauseLength = 300
const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

export async function loadKubeconfig(path: string, context?: string): Promise<KubeConfig> {
  const config = await emptyConfig()
  try {
    config.loadFromFile(path)
  } catch (fault) {
    throw refuse(`kubeconfig ${path}: ${fault instanceof TypeError ? 'not shaped like a kubeconfig' : causeOf(fault)}`)
  }
  if (context !== undefined) config.setCurrentContext(context)
  assertContext(config, `kubeconfig ${path}`)
  return config
}

/** `root` stands before the service account's folder; tests give one. */
export async function loadInCluster(root = ''): Promise<KubeConfig> {
  const token = `${root}${serviceAccountFolder}/token`
  if (!existsSync(token)) throw refuse(`in-cluster: no service account token at ${token}`)
  const config = await emptyConfig()
  config.loadFromCluster(root)
  if (config.getCurrentCluster()?.server.includes('undefined') !== false) {
    throw refuse('in-cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set')
  }
  return config
}

export async function connectByConfig(config: KubeConfig): Promise<Connection> {
  const cluster = config.getCurrentCluster()!
  // client-node refuses plain http unless told that TLS is not wanted; kubectl does not.
  if (cluster.server.startsWith('http:')) (cluster as { skipTLSVerify: boolean }).skipTLSVerify = true
  const credentials = new Credentials(config)
  await credentials.headers()
  return {
    server: cluster.server,
    get tls() {
      return credentials.tls
    },
    proxy: proxyOf(cluster, config),
    headers: (renew) => credentials.headers(renew),
  }
}

class Credentials {
  tls: ConnectionTls | undefined
  #headers: Promise<Record<string, string>> | undefined
  #askedAt = 0
  readonly #fixed: boolean

  constructor(readonly config: KubeConfig) {
    const user = config.getCurrentUser()!
    this.#fixed = !user.exec && !user.authProvider
  }

  headers(renew = false): Promise<Record<string, string>> {
    const stale = !this.#fixed && (renew || Date.now() - this.#askedAt > renewAfterMs)
    if (this.#headers && !stale) return this.#headers
    this.#askedAt = Date.now()
    const asked = this.#ask()
    // A refusal is not kept: a plugin that failed once is asked again by the next call.
    asked.catch(() => {
      if (this.#headers === asked) this.#headers = undefined
    })
    this.#headers = asked
    return asked
  }

  async #ask(): Promise<Record<string, string>> {
    const options: RequestOptions = { headers: {} }
    try {
      await this.config.applyToHTTPSOptions(options)
    } catch (fault) {
      throw refuse(`kubeconfig credentials: ${causeOf(fault)}`)
    }
    this.#keepTls(options)
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      if (value !== undefined) headers[name.toLowerCase()] = String(value)
    }
    if (options.auth) headers.authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`
    return headers
  }

  #keepTls(options: RequestOptions): void {
    const tls: ConnectionTls = {}
    if (options.ca) tls.ca = checkedAuthority(String(options.ca))
    if (options.cert) tls.cert = String(options.cert)
    if (options.key) tls.key = String(options.key)
    if (options.servername) tls.serverName = options.servername
    if (options.rejectUnauthorized === false) tls.rejectUnauthorized = false
    assertKeyPair(tls)
    if (!this.tls || !Bun.deepEquals(this.tls, tls)) this.tls = tls
  }
}

async function emptyConfig(): Promise<KubeConfig> {
  // Costs 50 MB and 150 ms, so only where a real cluster is configured; the package's root would cost half as much again.
  const module = await import('@kubernetes/client-node/dist/config.js')
  return new module.KubeConfig()
}

function assertContext(config: KubeConfig, where: string): void {
  const name = config.getCurrentContext()
  if (!name) throw refuse(`${where}: no current-context`)
  const context = config.getContextObject(name)
  if (!context) throw refuse(`${where}: unknown context "${name}"`)
  const cluster = config.getCurrentCluster()
  if (!cluster) throw refuse(`${where}: context "${name}" names the unknown cluster "${context.cluster}"`)
  if (!URL.canParse(cluster.server) || !/^https?:/.test(cluster.server)) {
    throw refuse(`${where}: the server of cluster "${cluster.name}" is not an http(s) URL`)
  }
  if (!context.user) throw refuse(`${where}: context "${name}" names no user`)
  if (!config.getCurrentUser()) throw refuse(`${where}: context "${name}" names the unknown user "${context.user}"`)
}

function proxyOf(cluster: Cluster, config: KubeConfig): string | false | undefined {
  const proxy = cluster.proxyUrl
  // Not repeated: it may hold a password.
  if (proxy && !/^https?:/.test(proxy)) throw refuse('kubeconfig: proxy-url must be http or https')
  if (proxy) return proxy
  const host = new URL(cluster.server).hostname
  const near = host === 'localhost' || host === '[::1]' || host.startsWith('127.')
  return near || config.getCurrentContext() === 'inClusterContext' ? false : undefined
}

function checkedAuthority(pem: string): string {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g)
  try {
    if (!certificates) throw new Error('no PEM certificate in it')
    for (const certificate of certificates) new X509Certificate(certificate)
  } catch (fault) {
    throw refuse(`kubeconfig: the certificate authority can't be read: ${causeOf(fault)}`)
  }
  return pem
}

function assertKeyPair(tls: ConnectionTls): void {
  if (!tls.cert && !tls.key) return
  if (!tls.cert || !tls.key) throw refuse(`kubeconfig: the user has a client ${tls.cert ? 'certificate' : 'key'} only`)
  let fits = false
  try {
    fits = new X509Certificate(tls.cert).checkPrivateKey(createPrivateKey(tls.key))
  } catch {
    throw refuse("kubeconfig: the user's client certificate or key can't be read")
  }
  if (!fits) throw refuse("kubeconfig: the user's client key does not belong to its certificate")
}

function refuse(message: string): AppError {
  return new AppError('CONFIG_FAILED', message)
}

function causeOf(fault: unknown): string {
  const text = fault instanceof Error ? fault.message : String(fault)
  return (text.split('\n')[0] ?? '').slice(0, maxCauseLength)
}
