import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { brandOf, parseConfig, variables } from '../../src/config'
import { brandPage } from '../../src/http/brand-page'
import { AppError } from '../../src/lib/errors'
import { html } from '../../src/lib/html'

function mistakesOf(environment: Record<string, string>): string[] {
  try {
    parseConfig(environment)
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    expect((error as AppError).code).toBe('CONFIG_FAILED')
    return (error as AppError).message.split('\n')
  }
  return []
}

const key = `k1:${Buffer.alloc(32, 1).toString('base64')}`

test('with nothing set everything has a value that works', () => {
  expect(parseConfig({})).toMatchObject({
    port: 3000,
    host: '0.0.0.0',
    namespacePrefix: 'customer-',
    midtransEnvironment: 'sandbox',
    defaultResourceLimits: { cpu: '1', memory: '1Gi' },
    logLevel: 'info',
    billingTimeZone: 'Asia/Jakarta',
  })
  expect(parseConfig({ PORT: '', DATA_DIR: '  ' })).toEqual(parseConfig({}))
})

test('a pod is known by what Kubernetes sets in it', () => {
  expect(parseConfig({}).inPod).toBe(false)
  expect(parseConfig({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }).inPod).toBe(true)
})

test.each([
  ['PORT', 'x'],
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['PORT', '3000.5'],
  ['PORT', '0x10'],
  ['PUBLIC_URL', 'example.com'],
  ['PUBLIC_URL', 'ftp://example.com'],
  ['DATABASE_URL', 'postgres://db.example.com/minispod'],
  ['JWT_SECRET', 'x'.repeat(31)],
  ['ENCRYPTION_KEYS', 'k1'],
  ['ENCRYPTION_KEYS', `k1:${Buffer.alloc(31).toString('base64')}`],
  ['ENCRYPTION_KEYS', `${key},`],
  ['K8S_NAMESPACE_PREFIX', 'Customer-'],
  ['K8S_NAMESPACE_PREFIX', '1customer-'],
  ['K8S_NAMESPACE_PREFIX', 'x'.repeat(22)],
  ['K8S_CLUSTER_DOMAIN', 'apps_example.com'],
  ['K8S_CLUSTER_DOMAIN', 'https://apps.example.com'],
  ['STORAGE_CLASS', 'Local Path'],
  ['INGRESS_CLASS', '-traefik'],
  ['DEFAULT_RESOURCE_LIMITS', '{'],
  ['DEFAULT_RESOURCE_LIMITS', 'null'],
  ['DEFAULT_RESOURCE_LIMITS', '{"cpu":"1"}'],
  ['DEFAULT_RESOURCE_LIMITS', '{"cpu":"lots","memory":"1Gi"}'],
  ['DEFAULT_RESOURCE_LIMITS', '{"cpu":"1","memory":"1 GB"}'],
  ['MIDTRANS_ENV', 'Sandbox'],
  ['MIDTRANS_BASE_URL', 'api.midtrans.com'],
  ['RESEND_BASE_URL', '//resend'],
  ['LOG_LEVEL', 'verbose'],
  ['TZ_BILLING', 'Asia/Atlantis'],
  ['SUPPORT_ADDRESS', 'Jalan Merdeka 1'],
  ['SUPPORT_ADDRESS', 'javascript:alert(1)'],
  ['SUPPORT_ADDRESS', 'ftp://help.example'],
  ['SUPPORT_ADDRESS', '08123456789'],
  ['SUPPORT_ADDRESS', 'tel:help'],
])('%s=%s is told in one line that begins with its name', (name, value) => {
  const mistakes = mistakesOf({ [name]: value })
  expect(mistakes).toHaveLength(1)
  expect(mistakes[0]).toMatch(new RegExp(`^${name}: (must|entry \\d+ must) `))
})

test.each([
  ['help@shop.example', 'help@shop.example', 'mailto:help@shop.example'],
  ['https://shop.example/help?to=a@b', 'https://shop.example/help?to=a@b', 'https://shop.example/help?to=a@b'],
  ['+62 812-3456-7890', '+62 812-3456-7890', 'tel:+6281234567890'],
  ['tel:+6281234567890', '+6281234567890', 'tel:+6281234567890'],
  ['tel:02112345', '02112345', 'tel:02112345'],
])('SUPPORT_ADDRESS=%s is shown as %s and opens %s', async (value, shown, link) => {
  const brand = brandOf(parseConfig({ SUPPORT_ADDRESS: value }))
  expect(brand.support).toBe(shown)
  const page = await brandPage(brand, { language: 'id', title: 'x', body: html`x` }).text()
  expect(page).toContain(`<a href="${link}">Bantuan</a>`)
})

test('every mistake is told at once, each in a line of its own', () => {
  const wrong = { PORT: 'x', JWT_SECRET: 'short', ENCRYPTION_KEYS: 'none', LOG_LEVEL: 'loud', TZ_BILLING: 'Mars' }
  expect(
    mistakesOf(wrong)
      .map((line) => line.split(':')[0]!)
      .toSorted(),
  ).toEqual(Object.keys(wrong).toSorted())
  expect(mistakesOf({ PORT: 'x', MIDTRANS_ENV: 'production' })).toEqual([
    'PORT: must be a whole number from 0 to 65535 (it is "x")',
    'MIDTRANS_SERVER_KEY: must be set when MIDTRANS_ENV is production',
  ])
})

test('a wrong value is repeated, unless it may be a secret', () => {
  const canary = 'hunter2canary'
  for (const [name, value] of [
    ['JWT_SECRET', canary],
    ['ENCRYPTION_KEYS', `k1:${canary}`],
    ['DATABASE_URL', `postgres://admin:${canary}@db.example.com/`],
  ] as const) {
    const [told] = mistakesOf({ [name]: value })
    expect(told).toStartWith(`${name}: `)
    expect(told).not.toContain(canary)
  }
})

test('another name of a variable works, and a mistake is told by the name that was used', () => {
  expect(parseConfig({ KUBECONFIG_PATH: '/etc/k3s.yaml' }).kubeconfig).toBe('/etc/k3s.yaml')
  expect(parseConfig({ KUBECONFIG_PATH: '/a', KUBECONFIG: '/b' }).kubeconfig).toBe('/b')
})

test('addresses lose the slash at their end, and lists their spaces', () => {
  expect(parseConfig({ PUBLIC_URL: 'https://pod.example.com/' }).publicUrl).toBe('https://pod.example.com')
  expect(parseConfig({ CORS_ORIGINS: ' https://a.example , ,https://b.example' }).corsOrigins).toEqual([
    'https://a.example',
    'https://b.example',
  ])
})

describe('the table of the README', () => {
  const readme = resolve(import.meta.dir, '../../README.md')
  const rows = (existsSync(readme) ? readFileSync(readme, 'utf8') : '')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => /^`[A-Z][A-Z0-9_]+`/.test(cells[1] ?? ''))
  const shownNames = rows.flatMap(([, names = '']) =>
    [...names.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name!),
  )
  const known = Object.values(variables) as { name: string; aliases?: string[]; shown: string }[]
  const knownNames = known.flatMap(({ name, aliases = [] }) => [name, ...aliases])

  test('has a row for every variable', () => {
    expect(knownNames.filter((name) => !shownNames.includes(name))).toEqual([])
  })

  test('has no row for anything else', () => {
    expect(shownNames.filter((name) => !knownNames.includes(name))).toEqual([])
    expect(shownNames).toHaveLength(new Set(shownNames).size)
  })

  test('says the defaults that are the code’s', () => {
    const wrong = known
      .map(({ name, shown }) => ({ name, shown, row: rows.find(([, names = '']) => names.includes(`\`${name}\``)) }))
      .filter(({ shown, row }) => row && plain(row[2] ?? '') !== plain(shown))
      .map(
        ({ name, shown, row }) => `${name}: the README says ${row?.[2] || 'nothing'}, the code ${shown || 'nothing'}`,
      )
    expect(wrong).toEqual([])
  })
})

/** Without markup: a value in code type, or a dash where there is none. */
const plain = (cell: string): string =>
  cell
    .replaceAll('`', '')
    .replace(/^[—–-]$/, '')
    .trim()
