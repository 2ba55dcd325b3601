import { expect, test } from 'bun:test'
import { mailsTo } from '../support/mailbox'
import { sharedSystem } from '../support/system'

// As docs/accounts.md says under "Which addresses have an account".
const system = sharedSystem({ environment: { RATE_LIMITS: '1', TRUSTED_PROXIES: '127.0.0.0/8' }, ticks: () => 5 })
const password = 'a long enough pass phrase'
const name = 'Wati'

async function registering(address: string, email: string) {
  const { anybody } = await system()
  return anybody.post('/auth/register', { email, password, name }, { 'x-forwarded-for': address })
}

test('a taken address says so whatever the state of its account, and its owner gets no mail; a closed one is free', async () => {
  const running = await system()
  const [open, suspended, closed] = [await running.customer(), await running.customer(), await running.customer()]
  await (await running.admin()).post(`/admin/users/${suspended.id}/suspend`, { reason: 'Looks odd' })
  expect((await closed.delete('/auth/me', { password: closed.password })).status).toBe(200)
  for (const { email } of [open, suspended]) {
    const before = await mailsTo(running, email)
    expect(await registering('203.0.113.1', email)).toFail(409, 'CONFLICT')
    expect((await mailsTo(running, email)).length).toBe(before.length)
  }
  expect((await registering('203.0.113.1', closed.email)).status).toBe(201)
})

test('asking for addresses ends after ten that are taken, for its own network, and does not count newcomers', async () => {
  const { email } = await (await system()).customer()
  for (let asked = 0; asked < 10; asked++) {
    expect(await registering('203.0.113.2', email)).toFail(409, 'CONFLICT')
    expect((await registering('203.0.113.3', `new-${asked}@example.com`)).status).toBe(201)
  }
  const refused = await registering('203.0.113.2', email)
  expect(refused).toFail(429, 'RATE_LIMITED')
  expect(refused.headers.get('retry-after')).toBe('30')
  expect(await registering('203.0.113.4', email)).toFail(409, 'CONFLICT')
  expect((await registering('203.0.113.3', 'new-11@example.com')).status).toBe(201)
})
