import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type EmbeddedGateway, startEmbeddedGateway } from '../../../src/embedded/gateway'

/** Servers that tell everybody what they were told in confidence: what providers answer is not ours to trust. */
export interface Hostile {
  environment: Record<string, string>
  gateway: EmbeddedGateway
  /** What the payment provider does: its work, or repeating each request in an error of this status. */
  payments: { status: number | undefined }
  /** The text of every mail that came. */
  mails: string[]
  /** How often each was asked. */
  asked: Record<'kube' | 'mail' | 'payments', number>
  close(): Promise<void>
}

interface Options {
  folder: string
  serverKey: string
  kubeToken: string
  notificationUrl: () => string | null
}

export async function openHostile({ folder, serverKey, kubeToken, notificationUrl }: Options): Promise<Hostile> {
  const merchantId = 'G000000007'
  const gateway = await startEmbeddedGateway({
    serverKey,
    clientKey: 'SB-Mid-client-canary',
    merchantId,
    notificationUrl,
    retryDelaysMs: [5],
  })
  const payments: Hostile['payments'] = { status: undefined }
  const mails: string[] = []
  const asked = { kube: 0, mail: 0, payments: 0 }

  const paymentServer = serve(async (request) => {
    asked.payments++
    const { pathname, search } = new URL(request.url)
    if (payments.status === undefined) return forward(request, `${gateway.url}${pathname}${search}`)
    const status_message = await repeatedly(request)
    const said = { status_code: String(payments.status), status_message, validation_messages: [status_message] }
    return Response.json(said, { status: payments.status })
  })
  const mailServer = serve(async (request) => {
    asked.mail++
    mails.push(await request.text())
    // Of a mail alone: after a refusal that concerns all of them, all would rest.
    const message = `Not with this key: ${request.headers.get('authorization')}`
    return Response.json({ name: 'validation_error', statusCode: 422, message }, { status: 422 })
  })
  const kubeServer = serve(async (request) => {
    asked.kube++
    const { pathname, searchParams } = new URL(request.url)
    if (searchParams.has('watch')) return new Response(new ReadableStream({ start() {} }))
    if (request.method === 'GET')
      return Response.json({
        kind: 'List',
        apiVersion: 'v1',
        metadata: { resourceVersion: '1' },
        items: itemsOf(pathname),
      })
    // As a real API server says of a Secret's value of a wrong type, and more.
    const text = await request.text()
    const secret = text.includes('"Secret"')
    const message = `failed to create typed patch object: .stringData: expected string, got &value.valueUnstructured{Value:${text}} ${request.headers.get('authorization')}`
    if (secret) return kubeStatus(500, message)
    const kind = /"kind":"(\w+)"/.exec(text)?.[1] ?? 'Namespace'
    return Response.json({
      ...JSON.parse(text),
      kind,
      metadata: { ...JSON.parse(text).metadata, resourceVersion: '2' },
    })
  })

  const kubeconfig = join(folder, 'kubeconfig')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'it',
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
    clusters: [{ name: 'it', cluster: { server: kubeServer.url } }],
    users: [{ name: 'it', user: { token: kubeToken } }],
  }
  writeFileSync(kubeconfig, JSON.stringify(config))

  return {
    environment: {
      KUBECONFIG: kubeconfig,
      MIDTRANS_SERVER_KEY: serverKey,
      MIDTRANS_CLIENT_KEY: 'SB-Mid-client-canary',
      MIDTRANS_MERCHANT_ID: merchantId,
      MIDTRANS_BASE_URL: paymentServer.url,
      RESEND_BASE_URL: mailServer.url,
      MAIL_RATE: '1000',
    },
    gateway,
    payments,
    mails,
    asked,
    async close() {
      await Promise.all([paymentServer, mailServer, kubeServer].map(({ close }) => close()))
      await gateway.close()
    },
  }
}

const disk = {
  metadata: {
    ...{ name: 'disk', uid: 'disk', resourceVersion: '1' },
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
  provisioner: 'rancher.io/local-path',
}
const node = {
  metadata: { name: 'node', uid: 'node', resourceVersion: '1' },
  spec: {},
  status: {
    allocatable: { cpu: '32', memory: '128Gi', pods: '500' },
    conditions: [{ type: 'Ready', status: 'True' }],
  },
}

/** It has room for apps and their data, or nothing could be sold. */
const itemsOf = (path: string): object[] =>
  path.endsWith('/storageclasses') ? [disk] : path.endsWith('/nodes') ? [node] : []

const kubeStatus = (code: number, message: string): Response =>
  Response.json({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message }, { status: code })

/** Everything that came, the key in clear too. */
async function repeatedly(request: Request): Promise<string> {
  const authorization = request.headers.get('authorization') ?? ''
  const token = /"token_id":"([^"]+)"/.exec(await request.text())?.[1]
  return `${token} ${authorization} ${atob(authorization.replace(/^Basic /, ''))}`
}

async function forward(request: Request, url: string): Promise<Response> {
  const body = request.method === 'GET' ? undefined : await request.text()
  return fetch(url, { method: request.method, headers: request.headers, body })
}

function serve(fetch: (request: Request) => Promise<Response>) {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch, idleTimeout: 60 })
  return { url: `http://127.0.0.1:${server.port}`, close: () => server.stop(true) }
}
