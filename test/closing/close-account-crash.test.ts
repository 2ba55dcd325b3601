import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { and, eq } from 'drizzle-orm'
import { users } from '../../src/features/accounts/tables'
import { auditEntries } from '../../src/features/audit/tables'
import { verifyBooks } from '../../src/features/books'
import { instances } from '../../src/features/instances/tables'
import { ledgerAccounts } from '../../src/features/ledger/tables'
import { topUps } from '../../src/features/top-ups/tables'
import { Random } from '../crash/random'
import { startTestCluster } from '../support/cluster'
import { runApp } from '../support/runtime'
import { seed } from '../support/seed'
import { ServerChildren } from '../support/server-child'
import { callerOf, startSystem, type TestSystem, until } from '../support/system'

const rounds = 3
const peoplePerRound = 2
const longMs = 120_000
const balance = 90_000
const random = new Random(seed)

const dataDir = mkdtempSync(join(tmpdir(), 'minispod-closing-'))
const cluster = await startTestCluster()
const children = new ServerChildren(dataDir, cluster.environment)
afterAll(async () => {
  children.killAll()
  await cluster.close()
  rmSync(dataDir, { recursive: true, force: true })
})

async function prepare() {
  const system = await startSystem({ dataDir, environment: cluster.environment })
  const people = await Promise.all(
    Array.from({ length: rounds * peoplePerRound }, async () => {
      const person = await system.customer({ balance: balance + 10_000 })
      const app = await runApp(system, 'n8n', person)
      const { body } = await person.post('/wallet/top-ups', { amount: 50_000, method: 'bca_va' })
      return { ...person, instanceId: app.id, topUpId: body.data.id as string }
    }),
  )
  await system.close()
  return people
}

/** What a closing takes until its password is checked, which is nearly all of it. */
async function timeOfRefusal(url: string, { accessToken }: Person): Promise<number> {
  const begun = performance.now()
  const caller = callerOf(url, { authorization: `Bearer ${accessToken}` })
  const { status } = await caller.delete('/auth/me', { password: 'not this one' })
  expect(status).toBe(403)
  return performance.now() - begun
}

type Person = Awaited<ReturnType<typeof prepare>>[number]

async function rowsOf({ parts }: TestSystem, { id, instanceId, topUpId }: Person) {
  const { read } = parts.db
  const [user, instance, topUp, wallet, acts] = await Promise.all([
    read.select().from(users).where(eq(users.id, id)).get(),
    read.select().from(instances).where(eq(instances.id, instanceId)).get(),
    read.select().from(topUps).where(eq(topUps.id, topUpId)).get(),
    read
      .select()
      .from(ledgerAccounts)
      .where(eq(ledgerAccounts.id, `wallet:${id}`))
      .get(),
    read
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.targetId, id), eq(auditEntries.action, 'account.close')))
      .all(),
  ])
  return { user: user!, instance: instance!, topUp: topUp!, balance: Number(wallet!.balance), acts: acts.length }
}

test(
  'killed in the middle of closings, each has happened wholly or not at all, and what was left ends by itself',
  async () => {
    const people = await prepare()
    const answered = new Set<string>()
    for (let round = 0; round < rounds; round++) {
      const { url, kill } = await children.start()
      const group = people.slice(round * peoplePerRound, (round + 1) * peoplePerRound)
      const hashMs = await timeOfRefusal(url, group[0]!)
      const first = Promise.withResolvers<void>()
      const closing = group.map(async (person) => {
        const caller = callerOf(url, { authorization: `Bearer ${person.accessToken}` })
        const answer = await caller
          .delete('/auth/me', { password: person.password, forfeitUpTo: balance })
          .catch(() => undefined)
        if (!answer) return
        expect(answer.status).toBe(200)
        answered.add(person.id)
        first.resolve()
      })
      // Every other time with the first answer, while its jobs run; else around the transaction, after the password was checked.
      await (round % 2 === 0 ? first.promise : Bun.sleep(hashMs * (0.8 + random.next())))
      await kill()
      await Promise.all(closing)
    }

    const system = await startSystem({ dataDir, environment: cluster.environment })
    for (const person of people) {
      const { user, acts } = await rowsOf(system, person)
      expect([user.status, acts]).toEqual(user.status === 'CLOSED' ? ['CLOSED', 1] : ['ACTIVE', 0])
      if (answered.has(person.id)) expect(user.status).toBe('CLOSED')
      if (user.status === 'CLOSED') {
        const end = await until(
          'the end of the closing',
          () => rowsOf(system, person),
          ({ instance, topUp }) => instance.status === 'TERMINATED' && topUp.status === 'CANCELLED',
        )
        expect([end.balance, end.instance.inputs]).toEqual([0, {}])
        expect(await cluster.listNamespaces()).not.toContain(end.instance.namespace)
      } else {
        const caller = callerOf(system.url, { authorization: `Bearer ${person.accessToken}` })
        expect((await caller.get('/wallet')).body.data.creditBalance).toBe(balance)
        expect((await caller.get(`/instances/${person.instanceId}`)).body.data.status).toBe('RUNNING')
      }
    }
    expect(answered.size).toBeGreaterThanOrEqual(rounds >> 1)
    expect(await verifyBooks(system.parts.db)).toEqual([])
    await system.close()
  },
  longMs,
)
