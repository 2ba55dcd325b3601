import { beforeAll, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { type Caller, sharedSystem, type TestSystem } from '../support/system'
import { bonus, credit, firstPeriod, makeVoucher, reasonOf, refusedFor } from './codes'

const shared = sharedSystem()
let system: TestSystem
let admin: Caller
beforeAll(async () => {
  system = await shared()
  admin = await system.admin()
})

const anyVersion = { 'if-match': '*' }

test('a code is made where none is given, with a beginning of one’s own, and no two are alike', async () => {
  const codes = await Promise.all(
    Array.from({ length: 20 }, async () => (await makeVoucher(admin, bonus({ prefix: 'vip' }))).code),
  )
  expect(new Set(codes).size).toBe(20)
  for (const code of codes) expect(code).toMatch(/^VIP[A-HJKMNP-Z2-9]{12}$/)
})

test('a code is taken once, however it is written', async () => {
  const { id } = await makeVoucher(admin, firstPeriod({ code: 'HEMAT-10' }))
  const again = await admin.post('/admin/vouchers', bonus({ code: 'hemat 10' }))
  expect(again).toFail(409, 'CONFLICT')
  expect(again.body.error.details.voucherId).toBe(id)
  expect((await admin.get('/admin/vouchers?code=hemat10')).body.data.map((found: { id: string }) => found.id)).toEqual([
    id,
  ])
})

test.each([
  [{ purpose: 'first_period' }, '/amount'],
  [firstPeriod({ amount: 5 }), '/amount'],
  [{ purpose: 'top_up', amount: 5, maximum: 4 }, '/maximum'],
  [bonus({ planIds: ['pln_1'] }), '/planIds'],
  [firstPeriod({ planIds: ['pln_1'] }), '/planIds/0'],
  [firstPeriod({ serviceIds: ['svc_1'] }), '/serviceIds/0'],
  [credit({ maxUses: undefined }), '/maxUses'],
  [{ purpose: 'credit', percent: 5, maxUses: 1 }, '/percent'],
  [credit({ minimumAmount: 5 }), '/minimumAmount'],
  [bonus({ prefix: 'A', code: 'ABCD' }), '/prefix'],
  [bonus({ validFrom: '2026-05-01T00:00:00Z', validUntil: '2026-04-01T00:00:00Z' }), '/validUntil'],
  [bonus({ percent: 101 }), '/percent'],
  [bonus({ code: 'ÄÖÜß' }), '/code'],
  [bonus({ code: 'A-B-C' }), '/code'],
])('%j is refused at %s', async (terms, path) => {
  const { status, body } = await admin.post('/admin/vouchers', terms)
  expect(status).toBe(422)
  expect(body.error.details.problems.map((problem: { path: string }) => problem.path)).toContain(path)
})

test('it can be ended, and opened again, and says how it stands', async () => {
  const customer = await system.customer()
  const { id, code } = await makeVoucher(admin, credit())
  const get = async () => (await admin.get(`/admin/vouchers/${id}`)).body.data
  expect(await get()).toMatchObject({ status: 'active', used: 0, version: 1 })
  const now = new Date(system.parts.clock.now().getTime()).toISOString()
  const ended = await admin.patch(`/admin/vouchers/${id}`, { validUntil: now }, { 'if-match': '"1"' })
  expect([ended.status, ended.body.data.status, ended.headers.get('etag')]).toEqual([200, 'ended', '"2"'])
  expect(reasonOf(await customer.post('/wallet/vouchers', { code }))).toEqual(refusedFor('expired'))
  const stale = await admin.patch(`/admin/vouchers/${id}`, { validUntil: null }, { 'if-match': '"1"' })
  expect(stale).toFail(412, 'PRECONDITION_FAILED')
  expect(await admin.patch(`/admin/vouchers/${id}`, { validUntil: null })).toFail(428, 'PRECONDITION_REQUIRED')
  expect((await admin.patch(`/admin/vouchers/${id}`, { validUntil: null }, anyVersion)).status).toBe(200)
  expect((await customer.post('/wallet/vouchers', { code })).status).toBe(201)
  const { body } = await admin.get(`/admin/audit?targetKind=voucher&targetId=${id}`)
  expect(body.data.map(({ action }: { action: string }) => action).toSorted()).toEqual([
    'voucher.create',
    'voucher.update',
    'voucher.update',
  ])
})

test('a limit is not set below what was used', async () => {
  const { id, code } = await makeVoucher(admin, credit({ maxUses: 5, perCustomer: 3 }))
  const customer = await system.customer()
  for (let n = 0; n < 2; n++) expect((await customer.post('/wallet/vouchers', { code })).status).toBe(201)
  const change = (body: object) => admin.patch(`/admin/vouchers/${id}`, body, anyVersion)
  expect(await change({ maxUses: 1 })).toFail(409, 'INVALID_STATE')
  expect(await change({ perCustomer: 1 })).toFail(409, 'INVALID_STATE')
  expect((await change({ maxUses: null })).status).toBe(422)
  expect((await change({ maxUses: 2, perCustomer: 2, note: 'enough' })).body.data).toMatchObject({
    status: 'used_up',
    note: 'enough',
    perCustomer: 2,
  })
  expect((await admin.delete(`/admin/vouchers/${id}`)).status).toBe(405)
})

test('lists are by purpose, and uses by status', async () => {
  const { id, code } = await makeVoucher(admin, credit())
  const customer = await system.customer()
  await customer.post('/wallet/vouchers', { code })
  const { data } = (await admin.get('/admin/vouchers?purpose=credit&limit=100')).body
  expect(new Set(data.map(({ purpose }: { purpose: string }) => purpose))).toEqual(new Set(['credit']))
  const used = (await admin.get(`/admin/vouchers/${id}/uses?status=USED`)).body
  expect(used.data).toMatchObject([{ userId: customer.id, amount: 25_000, subscriptionId: null, topUpId: null }])
  expect((await admin.get(`/admin/vouchers/${id}/uses?status=RELEASED`)).body.meta.total).toBe(0)
  expect(await admin.get('/admin/vouchers/vch_nothing/uses')).toFail(404, 'NOT_FOUND')
})

test('after all of that the books agree', async () => {
  expect(await verifyBooks(system.parts.db)).toEqual([])
})
