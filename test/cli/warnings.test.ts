import { afterAll, expect, test } from 'bun:test'
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assertStandInsAreMeant, warningsOf } from '../../src/boot/warnings'
import { parseConfig } from '../../src/config'
import { runCommand, type ServerProcess, startServer, temporaryFolder } from '../support/command'

const folder = temporaryFolder()
afterAll(folder.remove)

// Not the cluster that the tests may run on: here it matters that there is none.
const bare = { KUBECONFIG: '', PORT: '0', HOST: '127.0.0.1' }
const sandbox = { MIDTRANS_SERVER_KEY: 'SB-Mid-server-x', MIDTRANS_BASE_URL: 'http://127.0.0.1:9' }
const production = { ...sandbox, MIDTRANS_ENV: 'production' }

const warningsIn = (server: ServerProcess) =>
  [...server.err().matchAll(/^ {2}Warning {3}(.*)$/gm)].map(([, text]) => text!)

async function metricsOf(server: ServerProcess): Promise<Record<string, number>> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const found = [...text.matchAll(/^minispod_start_warnings\{kind="([^"]+)"\} (\d+)$/gm)]
  return Object.fromEntries(found.map(([, kind, count]) => [kind, Number(count)]))
}

test('a start with nothing set, and one with everything real, have nothing to warn of', async () => {
  const server = await startServer({ dataDir: join(folder.path, 'plain'), environment: bare })
  expect(server.err()).not.toContain('Warning')
  expect(await metricsOf(server)).toEqual({})
  expect(await server.stop()).toBe(0)
  const real = {
    ...production,
    KUBECONFIG: '/etc/k3s.yaml',
    RESEND_API_KEY: 're_x',
    MAIL_FROM: 'Shop <shop@example.com>',
  }
  expect(() => assertStandInsAreMeant(parseConfig(real))).not.toThrow()
  expect(warningsOf(parseConfig(real), 'https://cloud.example.com')).toEqual([])
}, 60_000)

test('what is mixed, unknown or never used is told on standard error, in the log and as a figure', async () => {
  const dataDir = join(folder.path, 'mixed')
  expect(await (await startServer({ dataDir, environment: bare })).stop()).toBe(0)
  const slips = {
    MIDTRANS_SERVERKEY: 'secret-canary',
    TAX_RAT: '11',
    MIDTRANS_IS_PRODUCTION: 'true',
    LOG_FORMAT: 'json',
  }
  const server = await startServer({ dataDir, environment: { ...bare, ...sandbox, ...slips } })
  expect(warningsIn(server)).toEqual([
    'beside real parts (payments) the cluster is a stand-in, so what is sold runs nowhere',
    'beside real parts (payments) mails are kept, so they reach nobody',
    'MIDTRANS_IS_PRODUCTION is set, but nothing reads it',
    'MIDTRANS_SERVERKEY is set, but nothing reads it; is MIDTRANS_SERVER_KEY meant?',
    'TAX_RAT is set, but nothing reads it; is TAX_RATE meant?',
    'admin@minispod.local, the only administrator, has never signed in; where nobody has the password: minispod create-admin you@example.com',
  ])
  expect(await metricsOf(server)).toEqual({ mixture: 2, 'unknown-variable': 3, 'no-administrator': 1 })
  expect(await server.stop()).toBe(0)
  const logged = server
    .out()
    .split('\n')
    .filter((line) => line.includes('"kind"') && line.includes('"level":40'))
  expect(logged).toHaveLength(6)
  expect(server.out() + server.err()).not.toContain('secret-canary')
}, 60_000)

test('real money for stand-ins needs an explicit yes', async () => {
  const dataDir = join(folder.path, 'production')
  const refused = await runCommand(['serve'], { dataDir, environment: { ...bare, ...production } })
  expect(refused).toEqual({
    code: 1,
    out: '',
    err: 'minispod: MIDTRANS_ENV: production takes real money, but the cluster is a stand-in, so what is sold runs nowhere, and mails are kept, so they reach nobody; set KUBECONFIG and RESEND_API_KEY or SMTP_HOST, or ALLOW_STAND_INS=yes\n',
  })
  expect(statSync(dataDir, { throwIfNoEntry: false })).toBeUndefined()
  const server = await startServer({ dataDir, environment: { ...bare, ...production, ALLOW_STAND_INS: 'yes' } })
  expect(warningsIn(server)).toHaveLength(3)
  expect(warningsIn(server)[2]).toMatch(
    /^PUBLIC_URL is http:\/\/127\.0\.0\.1:\d+, where neither customers nor Midtrans/,
  )
  expect(await server.stop()).toBe(0)
}, 60_000)

test.each([
  ['MIDTRANS_SERVERKEY', 'MIDTRANS_SERVER_KEY'],
  ['MIDTRANS_SEVRER_KEY', 'MIDTRANS_SERVER_KEY'],
  ['midtrans_server_key', 'MIDTRANS_SERVER_KEY'],
  ['TAX_RAT', 'TAX_RATE'],
  ['PUBLICURL', 'PUBLIC_URL'],
  ['DATADIR', 'DATA_DIR'],
  ['RESEND_APIKEY', 'RESEND_API_KEY'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['TRUSTED_PROXY', undefined],
  ['MINISPOD_DATA_DIR', undefined],
  ['BUSINESS_NAEM', 'BUSINESS_NAME'],
])('%s is seen', (name, meant) => {
  expect(parseConfig({ [name]: 'x' }).unknownVariables).toEqual([{ name, meant }] as never)
})

test.each([
  ['PATH', 'x'],
  ['HOME', 'x'],
  ['HOSTNAME', 'x'],
  ['LOGNAME', 'x'],
  ['MAIL', 'x'],
  ['LANG', 'x'],
  ['NODE_ENV', 'production'],
  ['DATABASE_POOL', 'x'],
  ['LOG_FORMAT', 'x'],
  ['KUBERNETES_SERVICE_HOST', '10.0.0.1'],
  ['MINISPOD_SERVICE_HOST', '10.0.0.1'],
  ['MINISPOD_PORT', 'tcp://10.0.0.1:80'],
  ['MINISPOD_PORT_80_TCP_ADDR', '10.0.0.1'],
  ['MIDTRANS_NOTHING', ''],
])('%s is nobody’s slip', (name, value) => {
  expect(parseConfig({ [name]: value }).unknownVariables).toEqual([])
})

test('what was open to other users is closed and told', async () => {
  const dataDir = join(folder.path, 'open')
  expect(await (await startServer({ dataDir, environment: bare })).stop()).toBe(0)
  for (const [name, mode] of [
    ['', 0o755],
    ['secrets.json', 0o640],
    ['minispod.db', 0o644],
  ] as const)
    chmodSync(join(dataDir, name), mode)
  const server = await startServer({ dataDir, environment: bare })
  expect(warningsIn(server).slice(0, 3)).toEqual([
    `${dataDir} was open to other users of this machine (mode 755); that was put right`,
    `${join(dataDir, 'minispod.db')} was open to other users of this machine (mode 644); that was put right`,
    `${join(dataDir, 'secrets.json')} was open to other users of this machine (mode 640); that was put right`,
  ])
  const modeOf = (name: string) => statSync(join(dataDir, name)).mode & 0o777
  expect([modeOf(''), modeOf('secrets.json'), modeOf('minispod.db'), modeOf('minispod.db-wal')]).toEqual([
    0o700, 0o600, 0o600, 0o600,
  ])
  expect(await server.stop()).toBe(0)
}, 60_000)

test('a folder with other things in it is told, and left as it is', async () => {
  const dataDir = join(folder.path, 'home')
  mkdirSync(dataDir, { mode: 0o755 })
  writeFileSync(join(dataDir, 'letter.txt'), 'Dear …')
  const { code, err } = await runCommand(['migrate'], { dataDir })
  expect([code, err]).toEqual([
    0,
    `minispod: ${dataDir} was open to other users of this machine (mode 755): give it a folder of its own, with mode 700\n`,
  ])
  expect(statSync(dataDir).mode & 0o777).toBe(0o755)
})
