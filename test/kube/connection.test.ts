import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configMaps, createKube, loadConnection } from '../../src/kube'
import { AppError } from '../../src/lib/errors'
import { failureOf } from '../contract/waiting'
import { authority, otherKey, userCertificate, userKey } from './certificates'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const base64 = (text: string) => Buffer.from(text).toString('base64')

interface Parts {
  server?: unknown
  cluster?: object
  user?: object
  contextUser?: string | undefined
  contextCluster?: string
  currentContext?: string | undefined
}

function write(parts: Parts, name = 'config'): string {
  const { server = 'https://127.0.0.1:6443', cluster = {}, user = { token: 'sesame' } } = parts
  const context = { cluster: parts.contextCluster ?? 'c', user: 'contextUser' in parts ? parts.contextUser : 'u' }
  const path = join(folder, name)
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'currentContext' in parts ? parts.currentContext : 'x',
    contexts: [{ name: 'x', context }],
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user }],
  }
  writeFileSync(path, JSON.stringify(config))
  return path
}

describe('a kubeconfig', () => {
  test('with a private authority and a client certificate becomes TLS', async () => {
    const user = { 'client-certificate-data': base64(userCertificate), 'client-key-data': base64(userKey) }
    const path = write({ cluster: { 'certificate-authority-data': base64(authority) }, user })
    const connection = await loadConnection({ kubeconfig: path })
    expect(connection).toMatchObject({ server: 'https://127.0.0.1:6443', proxy: false })
    expect(connection.tls).toEqual({ ca: authority, cert: userCertificate, key: userKey })
    expect(await connection.headers()).toEqual({})
  })

  test('may name files beside it, and say what else matters', async () => {
    writeFileSync(join(folder, 'ca.pem'), authority)
    const cluster = { 'certificate-authority': 'ca.pem', 'tls-server-name': 'api', 'insecure-skip-tls-verify': true }
    const path = write({
      server: 'https://api.example:6443/',
      cluster: { ...cluster, 'proxy-url': 'http://proxy:3128' },
    })
    const connection = await loadConnection({ kubeconfig: path })
    expect(connection).toMatchObject({ server: 'https://api.example:6443', proxy: 'http://proxy:3128' })
    expect(connection.tls).toEqual({ ca: authority, serverName: 'api', rejectUnauthorized: false })
    expect(await connection.headers()).toEqual({ authorization: 'Bearer sesame' })
  })

  test('with a name and a password, or acting as another', async () => {
    const path = write({ server: 'http://127.0.0.1:8001', user: { username: 'joe', password: 'pass' } })
    const plain = await loadConnection({ kubeconfig: path })
    expect(await plain.headers()).toEqual({ authorization: `Basic ${base64('joe:pass')}` })
    const acting = await loadConnection({ kubeconfig: write({ user: { token: 'sesame', as: 'jane' } }) })
    expect(await acting.headers()).toEqual({ authorization: 'Bearer sesame', 'impersonate-user': 'jane' })
  })

  test('whose plugin gives tokens asks it for another when one is refused', async () => {
    const plugin = join(folder, 'plugin')
    const credential =
      '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t%s","expirationTimestamp":"2020-01-01T00:00:00Z"}}'
    writeFileSync(plugin, `#!/bin/sh\necho x >> ${folder}/count\nprintf '${credential}' $(wc -l < ${folder}/count)\n`)
    chmodSync(plugin, 0o755)
    const user = { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: plugin } }
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: (request) =>
        request.headers.get('authorization') === 'Bearer t2'
          ? Response.json({ items: [], metadata: { resourceVersion: '1' } })
          : new Response('', { status: 401 }),
    })
    const path = write({ server: `http://127.0.0.1:${server.port}`, user })
    const connection = await loadConnection({ kubeconfig: path })
    expect(await connection.headers()).toEqual({ authorization: 'Bearer t1' })
    const kube = createKube(connection)
    expect((await kube.list(configMaps)).resourceVersion).toBe('1')
    expect(await connection.headers()).toEqual({ authorization: 'Bearer t2' })
    await server.stop(true)
  })

  const cases: [string, () => string, string][] = [
    ['that is not there', () => join(folder, 'nowhere'), 'ENOENT'],
    ['that is a folder', () => folder, 'EISDIR'],
    ['that is not YAML', () => writeText('{[not yaml'), 'kubeconfig'],
    ['that is empty', () => writeText(''), 'kubeconfig'],
    ['that is only a word', () => writeText('hello'), 'no current-context'],
    ['without a current context', () => write({ currentContext: undefined }), 'no current-context'],
    ['with an unknown context', () => write({ currentContext: 'y' }), 'unknown context "y"'],
    ['with an unknown cluster', () => write({ contextCluster: 'd' }), 'unknown cluster "d"'],
    ['with an unknown user', () => write({ contextUser: 'v' }), 'unknown user "v"'],
    ['without a user', () => write({ contextUser: undefined }), 'names no user'],
    ['without a server', () => write({ server: '' }), 'server is missing'],
    ['with a server that is no address', () => write({ server: 'not a url' }), 'not an http(s) URL'],
    ['with a server that is a number', () => write({ server: 6443 }), 'not shaped like a kubeconfig'],
    [
      'with an authority that is none',
      () => write({ cluster: { 'certificate-authority-data': base64('x') } }),
      'authority',
    ],
    ['with an authority that is not there', () => write({ cluster: { 'certificate-authority': 'no.pem' } }), 'ENOENT'],
    ['with half a key pair', () => write({ user: { 'client-key-data': base64(userKey) } }), 'client key only'],
    ['with a broken certificate', () => write({ user: pair('x', userKey) }), "can't be read"],
    ["with somebody else's key", () => write({ user: pair(userCertificate, otherKey) }), 'does not belong'],
    ['with a proxy of another kind', () => write({ cluster: { 'proxy-url': 'socks5://p:1' } }), 'proxy-url'],
    ['with a plugin that is not there', () => write({ user: { exec: { command: '/no/such/plugin' } } }), 'ENOENT'],
  ]
  test.each(cases)('%s is refused with one clear line', async (_, path, part) => {
    const fault = await failureOf(loadConnection({ kubeconfig: path() }))
    expect(fault).toBeInstanceOf(AppError)
    const { code, message } = fault as AppError
    expect(code).toBe('CONFIG_FAILED')
    expect(message).toContain(part)
    for (const leak of ['\n', ' is not a function', 'PRIVATE KEY', 'sesame']) expect(message).not.toContain(leak)
  })
})

describe('in a cluster', () => {
  test('the service account stands for the user, and its token is read again', async () => {
    const home = join(folder, 'var/run/secrets/kubernetes.io/serviceaccount')
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'token'), 'mounted')
    writeFileSync(join(home, 'ca.crt'), authority)
    process.env.KUBERNETES_SERVICE_HOST = '10.43.0.1'
    process.env.KUBERNETES_SERVICE_PORT = '443'
    try {
      const connection = await loadConnection({ inCluster: true, root: folder })
      expect(connection).toMatchObject({ server: 'https://10.43.0.1:443', proxy: false, tls: { ca: authority } })
      expect(await connection.headers()).toEqual({ authorization: 'Bearer mounted' })
    } finally {
      delete process.env.KUBERNETES_SERVICE_HOST
      delete process.env.KUBERNETES_SERVICE_PORT
    }
    const lost = await failureOf(loadConnection({ inCluster: true, root: folder }))
    expect(lost).toMatchObject({ code: 'CONFIG_FAILED', message: expect.stringContaining('KUBERNETES_SERVICE_HOST') })
  })

  test('there is nothing without a token', async () => {
    const fault = await failureOf(loadConnection({ inCluster: true, root: join(folder, 'empty') }))
    expect(fault).toMatchObject({ code: 'CONFIG_FAILED', message: expect.stringContaining('no service account token') })
  })
})

test('a plain connection needs nothing but an address and a token', async () => {
  const connection = await loadConnection({ server: 'http://127.0.0.1:1234/', token: 't' })
  expect(connection).toMatchObject({ server: 'http://127.0.0.1:1234', tls: undefined })
  expect(await connection.headers()).toEqual({ authorization: 'Bearer t' })
})

function writeText(text: string): string {
  const path = join(folder, 'text')
  writeFileSync(path, text)
  return path
}

function pair(certificate: string, key: string): object {
  return { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) }
}
