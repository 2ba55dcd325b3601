import { afterAll, beforeAll, expect, test } from 'bun:test'
import { and, eq, like, sql } from 'drizzle-orm'
import { getOpenUser } from '../../src/features/accounts'
import { auditEntries } from '../../src/features/audit/tables'
import { verifyBooks } from '../../src/features/books'
import { plans } from '../../src/features/catalog/tables'
import { forgetClosingNoticeJob } from '../../src/features/closing'
import { sealContext } from '../../src/features/instances/sealed-secrets'
import { instances } from '../../src/features/instances/tables'
import { ledgerEntries } from '../../src/features/ledger/tables'
import { enqueueMail } from '../../src/features/mails'
import { subscribe } from '../../src/features/subscriptions/subscribe'
import { day } from '../../src/lib/clock'
import { jobs } from '../../src/queue'
import { startTestCluster, type TestCluster } from '../support/cluster'
import { mailsTo, mailTo, tokenTo } from '../support/mailbox'
import { credentialsOf } from '../support/people'
import { runApp } from '../support/runtime'
import { openShop, rowOfTopUp, type Shop, topUp } from '../support/shop'
import { openStream } from '../support/streams'
import { type Caller, callerOf, type TestSystem, until } from '../support/system'
import { actsOn, appsGone, close, context, finished, traces } from './closing'

let cluster: TestCluster
let shop: Shop
let system: TestSystem
let admin: Caller
beforeAll(async () => {
  cluster = await startTestCluster()
  shop = await openShop({ environment: cluster.environment })
  system = shop.system
  admin = await system.admin()
})
afterAll(async () => {
  await shop.close()
  await cluster.close()
})

test('running apps, an open top-up and money: nothing without the explicit yes, everything with it', async () => {
  const name = 'Wahyuningsih Unik'
  const person = await system.customer({ balance: 100_000, name })
  await system.anybody.post('/auth/verify-email', { token: await tokenTo(system, person.email, 'verify-email') })
  const plan = await system.plan({ service: 'ghost', price: 20_000 })
  const config = { smtpHost: 'mail.wahyuningsih.example', mailFrom: 'w@wahyuningsih.example', smtpPassword: 'w-secret' }
  const bought = await person.post('/subscriptions', { planId: plan.id, config, name: 'Blog Wahyuningsih' })
  expect(bought.status).toBe(201)
  const app = await runApp(system, 'n8n', person)
  await until(
    'the blog',
    async () => (await person.get(`/subscriptions/${bought.body.data.id}`)).body.data.status,
    (status) => status === 'ACTIVE',
  )
  const leftAlone = await person.post(`/subscriptions/${app.subscriptionId}/cancel`, { when: 'now' })
  expect(leftAlone.body.data.status).toBe('CANCELLED')
  const order = await topUp(person)
  const { orderId } = await rowOfTopUp(shop, order.id)
  await person.post('/auth/tokens', { name: 'Wahyuningsih’s script', scopes: ['read'] })

  const refused = await close(person)
  expect(refused).toFail(409, 'INVALID_STATE')
  expect(refused.body.error.details).toEqual({ reason: 'balance-left', balance: 70_000 })
  expect((await close(person, { forfeitUpTo: 69_999 })).body.error.details.balance).toBe(70_000)
  expect((await person.get(`/subscriptions/${bought.body.data.id}`)).body.data.status).toBe('ACTIVE')
  expect((await rowOfTopUp(shop, order.id)).status).toBe('PENDING')
  expect(await person.balance()).toBe(70_000)

  const stream = openStream(system, person)
  const slots = await plan.availableQuota()
  const { status, body } = await close(person, { forfeitUpTo: 70_000 })
  expect(status).toBe(200)
  expect(body.data).toMatchObject({ forfeited: 70_000, subscriptionsEnded: 1 })
  expect(await stream).toContain('your account is closed')
  expect((await person.get('/auth/me')).status).toBe(401)
  expect((await system.anybody.post('/auth/refresh', { refreshToken: person.refreshToken })).status).toBe(401)
  expect((await system.anybody.post('/auth/login', credentialsOf(person))).status).toBe(401)
  expect(await plan.availableQuota()).toBe(slots + 1)

  await finished(system, person.id)
  expect((await rowOfTopUp(shop, order.id)).status).toBe('CANCELLED')
  expect(shop.gateway.orders(orderId).at(-1)?.status).toBe('cancel')
  await appsGone(system, person.id)
  await until(
    'the end of the namespace',
    () => cluster.listNamespaces(),
    (names) => !names.includes(app.ref.namespace),
  )
  const closingNotice = await mailTo(system, person.email, 'account-closed')
  expect(await mailsTo(system, person.email)).toEqual([closingNotice])
  const { text } = (await admin.get(`/admin/mails/${closingNotice.id}`)).body.data
  expect(text).toContain(name)
  expect(text).toContain('Rp 70.000')

  expect(await verifyBooks(system.parts.db)).toEqual([])
  const entry = await system.parts.db.read
    .select()
    .from(ledgerEntries)
    .where(eq(ledgerEntries.source, `closing:${person.id}`))
    .get()
  expect(entry).toMatchObject({ debitAccount: `wallet:${person.id}`, creditAccount: 'forfeited', amount: 70_000n })
  for (const personal of [person.email, 'ahyuningsih']) expect(await traces(system, personal)).toEqual(['mails'])
  await forgetClosingNoticeJob(system.parts).run({ userId: person.id }, context)
  for (const personal of [person.email, 'ahyuningsih']) expect(await traces(system, personal)).toEqual([])
  const rows = await system.parts.db.read.select().from(instances).where(eq(instances.userId, person.id)).all()
  for (const { id, inputs, sealedSecrets } of rows) {
    expect(inputs).toEqual({})
    expect(JSON.parse(system.parts.sealer.open(sealedSecrets, sealContext(id))).inputs).toEqual({})
  }
})

test('the address may wait seven days for whoever hands mails on by hand', async () => {
  const person = await system.customer()
  const { body } = await close(person)
  const job = await system.parts.db.read
    .select()
    .from(jobs)
    .where(and(eq(jobs.kind, 'account.forget-farewell'), eq(jobs.key, person.id)))
    .get()
  expect(job!.runAt.getTime()).toBe(new Date(body.data.closedAt).getTime() + 7 * day)
})

test('the same address opens a new account, which is another person', async () => {
  const person = await system.customer({ balance: 5_000 })
  expect((await close(person, { forfeitUpTo: 5_000 })).status).toBe(200)
  const { email, password } = person
  const again = await system.anybody.post('/auth/register', { email, password, name: 'Again' })
  expect(again.status).toBe(201)
  expect(again.body.data.user.id).not.toBe(person.id)
  expect(again.body.data.user.creditBalance).toBe(0)
  const anew = callerOf(system.url, { authorization: `Bearer ${again.body.data.accessToken}` })
  expect((await anew.get('/wallet/transactions')).body.meta.total).toBe(0)
  expect((await anew.get('/instances')).body.meta.total).toBe(0)
})

test('administrators see it as closed, without a name, and can’t change it', async () => {
  const person = await system.customer({ name: 'Sulastri' })
  await close(person)
  const { body } = await admin.get('/admin/users?status=CLOSED&limit=100')
  const shown = body.data.find(({ id }: { id: string }) => id === person.id)
  expect(shown).toMatchObject({ email: `closed-${person.id}@closed.invalid`, name: 'Closed account', status: 'CLOSED' })
  const detail = (await admin.get(`/admin/users/${person.id}`)).body.data
  expect(detail).toMatchObject({ status: 'CLOSED', sessions: 0, lastSeenAt: null, creditBalance: 0 })
  const reason = 'for a test'
  for (const answer of [
    await admin.post(`/admin/users/${person.id}/suspend`, { reason }),
    await admin.post(`/admin/users/${person.id}/unsuspend`, { reason }),
    await admin.put(`/admin/users/${person.id}/role`, { role: 'ADMINISTRATOR', reason }),
    await admin.post(`/admin/users/${person.id}/credit-adjustment`, { amount: 1_000, reason }),
  ]) {
    expect(answer).toFail(409, 'INVALID_STATE')
  }
})

test('a wrong password closes nothing and is written down', async () => {
  const person = await system.customer()
  const { status, body } = await person.delete('/auth/me', { password: 'another password' })
  expect({ status, body }).toFail(403, 'FORBIDDEN')
  expect((await admin.get(`/admin/users/${person.id}`)).body.data.status).toBe('ACTIVE')
  await until(
    'the denial',
    () => actsOn(system, person.id, 'account.close.denied'),
    (all) => all.length === 1,
  )
  expect((await system.anybody.delete('/auth/me', { password: person.password })).status).toBe(401)
  for (const wrong of [{}, { password: 1 }, { password: 'x', forfeitUpTo: '5' }, { password: 'x', forfeitUpTo: -1 }]) {
    expect((await person.delete('/auth/me', wrong)).status).toBe(422)
  }
})

test('who is made an administrator while the password is checked does not go as a customer', async () => {
  const person = await system.customer()
  const { passwords } = system.parts
  const verify = passwords.verify.bind(passwords)
  const { promise: asking, resolve: ask } = Promise.withResolvers<void>()
  const { promise: promoted, resolve: promote } = Promise.withResolvers<void>()
  // The check of the password lasts until the role has changed.
  passwords.verify = async (...asked) => {
    ask()
    await promoted
    return verify(...asked)
  }
  const closing = close(person)
  try {
    await asking
    const role = { role: 'ADMINISTRATOR', reason: 'for a test' }
    expect((await admin.put(`/admin/users/${person.id}/role`, role)).status).toBe(200)
  } finally {
    promote()
    passwords.verify = verify
  }
  const late = await closing
  expect(late).toFail(409, 'INVALID_STATE')
  expect(late.body.error.details).toEqual({ reason: 'account-changed' })
  expect((await person.get('/auth/me')).body.data).toMatchObject({ role: 'ADMINISTRATOR', status: 'ACTIVE' })
  expect((await close(person)).status).toBe(200)
})

test('of many closings at once one closes, and the others hear that it is closed already', async () => {
  const person = await system.customer()
  const answers = await Promise.all(Array.from({ length: 6 }, () => close(person)))
  const [closed, ...more] = answers.filter(({ status }) => status === 200)
  expect([closed?.body.data.subscriptionsEnded, more.length]).toEqual([0, 0])
  for (const late of answers.filter(({ status }) => status !== 200)) {
    expect(late).toFail(409, 'INVALID_STATE')
    expect(late.body.error).toMatchObject({
      message: 'This account is closed already',
      details: { reason: 'account-closed' },
    })
  }
})

test('the last administrator stays, the one before may go', async () => {
  const second = await system.customer()
  await admin.put(`/admin/users/${second.id}/role`, { role: 'ADMINISTRATOR', reason: 'for a test' })
  const first = await admin.delete('/auth/me', { password: system.firstAdmin!.password })
  expect(first.status).toBe(200)
  const last = await close(second)
  expect([last.status, last.body.error.details]).toEqual([409, { reason: 'last-administrator' }])
  admin = second
  const gone = await system.parts.db.read
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.action, 'account.close'))
    .all()
  expect(gone.at(-1)!.before).toContain('ADMINISTRATOR')
  expect((await second.get('/admin/users?role=ADMINISTRATOR')).body.meta.total).toBe(1)
})

test('where two-factor is on, its code is asked for too, and a refusal for money left does not use it up', async () => {
  const person = await system.customer({ balance: 7_000 })
  const { body } = await person.post('/auth/2fa/setup', { password: person.password })
  const { TOTP } = await import('otpauth')
  const totp = new TOTP({ secret: body.data.secret })
  const enabled = await person.post('/auth/2fa/enable', { code: totp.generate() })
  const [recovery] = enabled.body.data.recoveryCodes
  const missing = await close(person, { forfeitUpTo: 7_000 })
  expect(missing).toFail(401, 'TOTP_REQUIRED')
  const wrong = await close(person, { forfeitUpTo: 7_000, totp: '000000' })
  expect(wrong).toFail(403, 'FORBIDDEN')
  expect((await close(person, { totp: recovery })).body.error.details.balance).toBe(7_000)
  expect((await close(person, { totp: recovery, forfeitUpTo: 7_000 })).status).toBe(200)
  expect(await traces(system, body.data.secret)).toEqual([])
  for (const table of ['two_factors', 'recovery_codes', 'api_tokens', 'account_tokens', 'sessions'])
    expect(
      await system.parts.db.read.all(sql`select 1 from ${sql.identifier(table)} where user_id = ${person.id}`),
    ).toEqual([])
})

test('an API token closes no account, and ends with its person’s', async () => {
  const person = await system.customer()
  const made = await person.post('/auth/tokens', { name: 'script', scopes: ['read', 'write'] })
  const script = callerOf(system.url, { authorization: `Bearer ${made.body.data.token}` })
  expect((await script.get('/wallet')).status).toBe(200)
  expect((await script.delete('/auth/me', { password: person.password })).status).toBe(403)
  await close(person)
  expect((await script.get('/wallet')).status).toBe(401)
})

test('what was let in before the closing begins nothing after it', async () => {
  const person = await system.customer()
  const plan = await system.plan({ price: 0 })
  await close(person)
  const { parts } = system
  const actor = { userId: person.id, sessionId: 'ses_x', role: 'USER' as const, email: person.email }
  await expect(parts.db.write((tx) => subscribe(parts, tx, actor, { planId: plan.id }))).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
  })
  await expect(getOpenUser(parts.db.read, person.id)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  const sold = await parts.db.read.select().from(plans).where(eq(plans.id, plan.id)).get()
  expect(sold!.usedQuota).toBe(0)
  await parts.db.write((tx) =>
    enqueueMail(parts, tx, { key: `late:${person.id}`, userId: person.id, template: 'welcome', data: { name: 'x' } }),
  )
  expect(await parts.db.read.all(sql`select 1 from mails where ${like(sql`key`, `late:${person.id}`)}`)).toEqual([])
})
