import { afterEach, expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KeptSecrets } from '../../src/data-dir/kept-secrets'
import { openToRead } from '../../src/db/open-to-read'
import { countByKey } from '../../src/features/key-rotation'
import { runCommand, temporaryFolder } from '../support/command'
import { program } from '../support/program'
import { openShop, type Shop } from '../support/shop'
import { callerOf, until } from '../support/system'
import { openVault, type Vault } from './vault'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function vaultOf(count: number, environment?: Record<string, string>): Promise<Vault> {
  const vault = await openVault(environment)
  closing.push(() => vault.close())
  await vault.put(count)
  return vault
}

const keptIn = (dataDir: string): KeptSecrets => JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8'))
const secretsIn = (dataDir: string) => {
  const { signingKeys, sealingKeys, gatewayKey } = keptIn(dataDir)
  return [...signingKeys, ...sealingKeys].map(({ key }) => key).concat(gatewayKey)
}
const rotate = (dataDir: string, args: string[] = [], environment: Record<string, string> = {}) =>
  runCommand(['rotate-keys', ...args], { dataDir, environment })

/** As if the newest keys had been made so long ago that no token and no process knows of older ones. */
function age(dataDir: string, minutes: number): void {
  const kept = keptIn(dataDir)
  for (const key of [kept.signingKeys[0]!, kept.sealingKeys[0]!]) {
    key.madeAt = new Date(Date.now() - minutes * 60_000).toISOString()
  }
  writeFileSync(join(dataDir, 'secrets.json'), JSON.stringify(kept))
}

test('rotate-keys makes new keys, puts everything under them, says how much, and shows no key', async () => {
  const vault = await vaultOf(120)
  await vault.letGo()
  const before = keptIn(vault.dataDir)
  const { code, out, err } = await rotate(vault.dataDir)
  const after = keptIn(vault.dataDir)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(after.sealingKeys.slice(1)).toEqual(before.sealingKeys)
  expect(after.signingKeys.slice(1)).toEqual(before.signingKeys)
  expect(out).toContain('120 values put under it')
  expect(out).toContain(`120 values are sealed with the key ${after.sealingKeys[0]!.id}, 0 can’t be opened`)
  for (const secret of secretsIn(vault.dataDir)) expect(out).not.toContain(secret)
  expect((await vault.openAll()).at(-1)).toBe('secret 120')
})

test('a rotation that was killed half way is finished by the next call, without another key', async () => {
  const vault = await vaultOf(5_000)
  await vault.letGo()
  const killed = Bun.spawn([process.execPath, await program(), 'rotate-keys'], {
    env: { PATH: process.env.PATH ?? '', DATA_DIR: vault.dataDir },
    stdout: 'pipe',
    stderr: 'ignore',
  })
  await firstRewrapped(vault)
  killed.kill('SIGKILL')
  await killed.exited
  const { sealingKeys } = keptIn(vault.dataDir)
  const { code, out } = await rotate(vault.dataDir)
  expect(code).toBe(0)
  expect(keptIn(vault.dataDir).sealingKeys).toEqual(sealingKeys)
  const [, left] = /^(\d+) values are still sealed with an older key/.exec(out)!
  expect(out).toContain(`${left} values put under it`)
  expect(out).toContain(`5000 values are sealed with the key ${sealingKeys[0]!.id}`)
  expect(await vault.openAll()).toHaveLength(5_000)
})

/** Until a few values are under the new key, and most are not. */
async function firstRewrapped(vault: Vault): Promise<void> {
  const { read, close } = (await openToRead({ url: `file:${join(vault.dataDir, 'minispod.db')}` }))!
  // Closer than until() looks: the whole of it takes a second.
  while ((await countByKey(read)).size < 2) await Bun.sleep(1)
  await close()
}

test('--retire keeps what is young or in use, and then drops it', async () => {
  const vault = await vaultOf(3)
  const old = keptIn(vault.dataDir)
  vault.addKey()
  age(vault.dataDir, 60)
  const used = await rotate(vault.dataDir, ['--retire'])
  expect(used.out).toContain(`${old.sealingKeys[0]!.id} stays: 3 values are sealed with it`)
  await vault.letGo()
  expect((await rotate(vault.dataDir)).code).toBe(0)
  expect((await rotate(vault.dataDir)).code).toBe(0)
  const young = await rotate(vault.dataDir, ['--retire'])
  expect(young.out).toContain(`${old.sealingKeys[0]!.id} stays: the newest is too young for that until`)
  expect(keptIn(vault.dataDir).sealingKeys).toHaveLength(3)
  age(vault.dataDir, 6)
  const half = await rotate(vault.dataDir, ['--retire'])
  expect(half.out).toContain(`${old.sealingKeys[0]!.id} is dropped`)
  expect(half.out).toContain(`${old.signingKeys[0]!.id} stays: the newest is too young`)
  age(vault.dataDir, 3 * 24 * 60)
  const dropped = await rotate(vault.dataDir, ['--retire'])
  expect(dropped.out).toContain(`${old.signingKeys[0]!.id} is dropped`)
  const { sealingKeys, signingKeys } = keptIn(vault.dataDir)
  expect([sealingKeys.length, signingKeys.length]).toEqual([1, 1])
  expect((await rotate(vault.dataDir, ['--retire'])).out).toBe('There is no older key.\n')
  expect(await vault.openAll()).toEqual(['secret 1', 'secret 2', 'secret 3'])
})

test('with ENCRYPTION_KEYS and JWT_SECRET set it says what to set, and finishes a change that was made there', async () => {
  const key = (id: string, fill: number) => `${id}:${Buffer.alloc(32, fill).toString('base64')}`
  const [one, two] = [key('e1', 1), key('e2', 2)]
  const vault = await vaultOf(4, { ENCRYPTION_KEYS: one })
  await vault.letGo()
  const jwt = 'canary-'.repeat(6)
  const told = await rotate(vault.dataDir, [], { ENCRYPTION_KEYS: one, JWT_SECRET: jwt })
  expect(told.out).toContain('ENCRYPTION_KEYS=<the present ones>,<new id>:')
  expect(told.out).toContain('JWT_SECRET=<a new one>,<the present ones>')
  expect(keptIn(vault.dataDir).sealingKeys).toHaveLength(1)
  const moved = await rotate(vault.dataDir, [], { ENCRYPTION_KEYS: `${two},${one}`, JWT_SECRET: jwt })
  expect(moved.out).toContain('4 values are sealed with the key e2')
  const retired = await rotate(vault.dataDir, ['--retire'], { ENCRYPTION_KEYS: `${two},${one}` })
  expect(retired.out).toContain('ENCRYPTION_KEYS: e1 can be taken out')
  for (const { out, err } of [told, moved, retired]) {
    for (const secret of [jwt, one.slice(3), two.slice(3)]) expect(out + err).not.toContain(secret)
  }
})

test('on an empty folder, and with a wrong word, it does no harm', async () => {
  const folder = temporaryFolder()
  closing.push(folder.remove)
  expect(await rotate(folder.path, ['--everything'])).toMatchObject({
    code: 1,
    err: 'minispod: rotate-keys [--retire]\n',
  })
  expect(await rotate(folder.path)).toMatchObject({ code: 0, err: '' })
})

const kidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()).kid

async function runSchedule(shop: Shop): Promise<void> {
  const admin = await shop.system.admin()
  expect((await admin.post('/admin/jobs/schedules/secrets.rewrap/run')).status).toBe(200)
}

test('keys are rotated under a running server: it re-wraps, apps and sign-ins go on, old tokens stay good', async () => {
  const shop = await openShop()
  closing.push(() => shop.close())
  const { system } = shop
  const plan = await system.plan({ service: 'n8n', price: 1_000 })
  const customer = await system.customer({ balance: 10_000 })
  const bought = await customer.post('/subscriptions', { planId: plan.id })
  expect(bought.status).toBe(201)
  const old = keptIn(system.dataDir)
  await until(
    'the heartbeat',
    async () => (await (await system.admin()).get('/admin/jobs/schedules')).body.data,
    (all) => all.some((each: { lastFiredAt: string | null }) => each.lastFiredAt !== null),
  )

  const command = rotate(system.dataDir)
  await until(
    'the new keys',
    async () => keptIn(system.dataDir).sealingKeys.length,
    (length) => length === 2,
  )
  const wanted = keptIn(system.dataDir).sealingKeys[0]!.id
  await until(
    'the server to see them',
    async () => system.parts.sealing.newest().id,
    (id) => id === wanted,
  )
  await runSchedule(shop)
  const { code, out } = await command
  const fresh = keptIn(system.dataDir)
  expect(code).toBe(0)
  expect(out).toContain('The running server does it')
  expect(Object.fromEntries(await countByKey(system.parts.db.read))).toEqual({ [fresh.sealingKeys[0]!.id]: 1 })

  // The access token was signed with the old key; the refreshed one is with the new key, and so is its successor.
  expect((await customer.get('/auth/me')).status).toBe(200)
  const refreshed = await system.anybody.post('/auth/refresh', { refreshToken: customer.refreshToken })
  expect(refreshed.status).toBe(200)
  expect(kidOf(customer.accessToken)).toBe(old.signingKeys[0]!.id)
  expect(kidOf(refreshed.body.data.accessToken)).toBe(fresh.signingKeys[0]!.id)
  const again = callerOf(system.url, { authorization: `Bearer ${refreshed.body.data.accessToken}` })
  expect((await again.get('/auth/me')).status).toBe(200)
})

test('a double click on a refresh token gets the same successor on either side of a rotation', async () => {
  const shop = await openShop()
  closing.push(() => shop.close())
  const { system } = shop
  const customer = await system.customer()
  const first = await system.anybody.post('/auth/refresh', { refreshToken: customer.refreshToken })
  expect((await rotate(system.dataDir)).code).toBe(0)
  const id = keptIn(system.dataDir).signingKeys[0]!.id
  await until(
    'the new key',
    async () => system.parts.tokens.successorsOf('x').length,
    (length) => length === 2,
  )
  const second = await system.anybody.post('/auth/refresh', { refreshToken: customer.refreshToken })
  expect(second.body.data.refreshToken).toBe(first.body.data.refreshToken)
  expect(kidOf(second.body.data.accessToken)).toBe(id)
})

test('a token whose key has left the ring is refused at once, also one that was let in before', async () => {
  const shop = await openShop()
  closing.push(() => shop.close())
  const { system } = shop
  const customer = await system.customer()
  expect((await customer.get('/auth/me')).status).toBe(200)
  expect((await rotate(system.dataDir)).code).toBe(0)
  const kept = keptIn(system.dataDir)
  writeFileSync(
    join(system.dataDir, 'secrets.json'),
    JSON.stringify({ ...kept, signingKeys: kept.signingKeys.slice(0, 1) }),
  )
  await until(
    'the refusal',
    async () => (await customer.get('/auth/me')).status,
    (status) => status === 401,
  )
})
