import { afterAll, beforeAll, expect, test } from 'bun:test'
import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFileStorage, type Order } from '../../../src/embedded/gateway'
import { openTill, orderBy } from '../../payments/till'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('an order outlives the process: charged before, paid after', async () => {
  const stateFile = join(folder, 'state', 'orders.jsonl')
  const before = await openTill({ stateFile })
  const order = orderBy('bca_va', before.clock)
  const hosted = orderBy('snap', before.clock)
  const charged = await before.gateway.charge(order)
  await before.gateway.charge(hosted)
  await before.close()
  // What a kill in the middle of a write leaves behind.
  await appendFile(stateFile, '{"transactionId":"torn')

  const after = await openTill({ stateFile })
  expect(await after.gateway.status(order.orderId)).toMatchObject({
    state: 'pending',
    transactionId: charged.providerTransactionId,
  })
  await after.provider.events.pay(order.orderId)
  await after.provider.notifications.idle()
  expect(after.notices.map((notice) => notice.transaction_status)).toEqual(['settlement'])
  expect((await fetch(`${after.provider.url}/pay/${hosted.orderId}`)).status).toBe(200)
  await after.close()

  const later = await openTill({ stateFile })
  expect((await later.gateway.status(order.orderId)).state).toBe('paid')
  await later.close()
  expect((await stat(stateFile)).mode & 0o777).toBe(0o600)
  expect((await stat(join(folder, 'state'))).mode & 0o777).toBe(0o700)
})

test('the file does not grow with every change for ever', async () => {
  const path = join(folder, 'busy.jsonl')
  const storage = createFileStorage(path)
  await storage.load()
  const order = { transactionId: 't-1', orderId: 'o-1', refunds: [] } as unknown as Order
  await Promise.all(Array.from({ length: 2_500 }, (_, amount) => storage.save({ ...order, amount })))
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
  expect(lines.length).toBeLessThan(1_100)
  expect((await createFileStorage(path).load()).map((kept) => kept.amount)).toEqual([2_499])
})

test('a folder that cannot be written stops the start', async () => {
  await Bun.write(join(folder, 'file'), '')
  expect(openTill({ stateFile: join(folder, 'file', 'orders.jsonl') })).rejects.toThrow()
})
