import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { operationsOf, registeredRoutes } from './openapi-document'
import { actualAnswers, expectedAnswers } from './who-may-call/answers'
import { ask } from './who-may-call/ask'
import { type House, openHouse } from './who-may-call/house'
import { isAboutOneself, isList, namesIn, ownAnswers } from './who-may-call/own-answers'
import { findPlanted, marker, readTables, type TableRow } from './who-may-call/planted'
import { namesOf, settledRowsOf } from './who-may-call/possessions'
import { newcomer } from './who-may-call/public-rows'
import { table } from './who-may-call/table'

const operations = await operationsOf()
let house: House
let othersBefore: Record<string, TableRow[]>
let toldBefore: Record<string, string>

beforeAll(async () => {
  house = await openHouse()
  othersBefore = await settledRowsOf(house.system, house.other.id)
  toldBefore = await ownAnswers(house, house.other, operations)
})
afterAll(() => house?.close())

test('every row of the table is a route’s', () => {
  const known = new Set(operations.map(({ operationId }) => operationId))
  expect(Object.keys(table).filter((operationId) => !known.has(operationId))).toEqual([])
})

describe('whoever calls is answered as the document says:', () => {
  for (const operation of operations) {
    const { operationId } = operation
    test(operationId, async () => {
      const row = table[operationId]
      if (!row) throw new Error(`teach who-may-call how to call ${operationId}: test/http/who-may-call/table.ts`)
      expect(await actualAnswers(house, operation, row)).toEqual(expectedAnswers(operation, row))
    })
  }
})

test('what stands beside the API is for anyone who may look: probes, pages and their files', async () => {
  const beside = registeredRoutes().filter(({ path }) => !path.startsWith('/api/'))
  expect(beside.length).toBeGreaterThan(10)
  for (const { method, path, hooks } of beside) {
    const answer = await fetch(house.system.url + path, { redirect: 'manual' })
    await answer.body?.cancel()
    const access = hooks.detail?.['x-access']
    expect([path, method, /^(public|operator)$/.test(access), answer.status < 400]).toEqual([path, 'GET', true, true])
  }
})

describe('nobody sees what is somebody else’s:', () => {
  for (const operation of operations.filter(isAboutOneself)) {
    test(operation.operationId, async () => {
      const { system, owner, other } = house
      for (const [reader, stranger] of [
        [owner, other],
        [other, owner],
      ] as const) {
        const text = (await ownAnswers(house, reader, [operation]))[operation.operationId]!
        if (isList(operation)) expect(namesIn(text, await namesOf(system, reader.id))).not.toEqual([])
        expect(namesIn(text, await namesOf(system, stranger.id))).toEqual([])
      }
    })
  }

  test('nothing that the owner did shows in what the other customer is told', async () => {
    expect(await ownAnswers(house, house.other, operations)).toEqual(toldBefore)
  })

  test('not by asking for the other’s id either', async () => {
    const { system, owner, other, main } = house
    const values: Record<string, string> = { subscriptionId: main.subscriptionId, instanceId: main.id }
    const filters = operations
      .filter(isAboutOneself)
      .flatMap((operation) => operation.parameters.map(({ name }) => ({ operation, name })))
      .filter(({ name }) => values[name] !== undefined)
    expect(filters).not.toEqual([])
    const foreign = await namesOf(system, owner.id)
    for (const { operation, name } of filters) {
      const query = { [name]: values[name]! }
      const { text } = await ask({ url: system.url, bearer: other.accessToken }, operation, { query })
      expect([operation.operationId, namesIn(text, foreign)]).toEqual([operation.operationId, []])
    }
  })
})

describe('a body sets nothing that is not its sender’s:', () => {
  test('nothing of what every body carried stands in the database', async () => {
    expect(await findPlanted(house.system)).toEqual([])
  })

  test('nobody got a role, a verified address or a gift by it', async () => {
    const { users, subscriptions, audit_entries } = await readTables(house.system)
    const administrators = users!.filter(({ role }) => role === 'ADMINISTRATOR')
    expect(administrators.map(({ email }) => email)).toEqual([
      house.system.firstAdmin!.email,
      house.suspendedAdmin.email,
    ])
    const newcomers = users!.filter(({ email }) => String(email).startsWith(newcomer))
    expect(newcomers.length).toBeGreaterThan(0)
    const unverified = [...newcomers, users!.find(({ id }) => id === house.owner.id)!]
    expect(unverified.map(({ email_verified_at }) => email_verified_at)).toEqual(unverified.map(() => null))
    expect(subscriptions!.length).toBeGreaterThan(10)
    // Some are what an administrator meant to do.
    const meant = audit_entries!.filter(({ action }) => /^subscription\.(?:grant|suspend)$/.test(String(action)))
    const isMeant = new Set(meant.map(({ target_id }) => target_id))
    const odd = subscriptions!.filter(
      ({ id, is_bonus, suspended_by }) => (is_bonus || suspended_by) && !isMeant.has(id),
    )
    expect(odd).toEqual([])
  })

  test('the other customer, whose id every body named, has what they had', async () => {
    expect(await settledRowsOf(house.system, house.other.id)).toEqual(othersBefore)
  })

  test('whatever had been stored would have been found', async () => {
    await house.owner.patch('/auth/me', { name: `my ${marker}` })
    expect(await findPlanted(house.system)).toEqual([`users.name: my ${marker}`])
  })
})
