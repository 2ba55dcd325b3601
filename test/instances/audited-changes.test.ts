import { expect, test } from 'bun:test'
import { resizeInstance } from '../../src/features/instances'
import { getOwnInstance } from '../../src/features/instances/read'
import { sharedSystem } from '../support/system'

const system = sharedSystem()

test('the audit log says what a configuration and a resize changed, and of texts and secrets only that they did', async () => {
  const { parts, plan, customer, admin } = await system()
  const owner = await customer({ balance: 100_000 })
  const { id: planId } = await plan({ service: 'ghost' })
  const { instance } = (await owner.post('/subscriptions', { planId })).body.data
  const config = {
    smtpHost: 'smtp.private.example',
    smtpPort: 2525,
    smtpUser: 'siti',
    smtpPassword: 'rahasia-sekali',
    mailFrom: 'siti@private.example',
  }
  expect((await owner.patch(`/instances/${instance.id}/config`, { config })).status).toBe(200)
  const actor = { userId: owner.id, role: 'USER' as const, email: owner.email }
  await parts.db.write(async (tx) =>
    resizeInstance(parts, tx, await getOwnInstance(tx, actor, instance.id), { memoryMb: 2048 }, { actor }),
  )
  const told = async (action: string) => {
    const { data } = (await (await admin()).get(`/admin/audit?targetId=${instance.id}&action=${action}`)).body
    return [data[0].before, data[0].after]
  }
  const [before, after] = await told('instance.configure')
  expect(before.inputs.smtpHost).toBeNull()
  expect(after.inputs).toMatchObject({ smtpHost: '(set)', smtpPort: 2525, smtpPassword: '[redacted]' })
  expect(JSON.stringify([before, after])).not.toMatch(/private|rahasia/)
  expect(await told('instance.resize')).toMatchObject([{ memoryMb: 1024 }, { memoryMb: 2048 }])
})
