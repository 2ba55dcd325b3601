import { afterAll, beforeAll, expect, test } from 'bun:test'
import { validCall } from './inputs/calls'
import { casesOf } from './inputs/cases'
import { chosen } from './inputs/chosen'
import { type Inputs, inputsOf } from './inputs/fields'
import { faultOf } from './inputs/verdict'
import { ask } from './who-may-call/ask'
import { type House, openHouse } from './who-may-call/house'

/** In `npm test`. */
const share = 0.06

let house: House
beforeAll(async () => {
  house = await openHouse({ RATE_LIMITS: 'off' })
})
afterAll(() => house?.close())

const all = (await inputsOf()).filter(({ fields }) => fields.length > 0)
const counts = { operations: 0, fields: 0, sent: 0, forbidden: 0, allowed: 0, succeeded: 0 }

async function tryAll(inputs: Inputs): Promise<string[]> {
  const { operation, fields } = inputs
  const faults: string[] = []
  let call = await validCall(house, inputs)
  for (const each of chosen(casesOf(inputs, call.body ?? {}), share)) {
    const { accessToken } = call.as ?? house.entitled(operation)
    const sent = each.spoil(call)
    const answer = await ask({ url: house.system.url, bearer: accessToken }, operation, sent)
    const fault = faultOf(inputs, each, sent, answer)
    if (fault) faults.push(`${each.change}: ${fault}`)
    counts.sent++
    counts[each.allowed ? 'allowed' : 'forbidden']++
    if (answer.status >= 300) continue
    counts.succeeded++
    // What was taken may have used up what the call was about.
    if (operation.method !== 'get') call = await validCall(house, inputs)
  }
  counts.operations++
  counts.fields += fields.length
  return faults
}

for (const inputs of all) {
  test(`${inputs.operation.operationId} takes what the document allows, and refuses the rest by name`, async () => {
    expect(await tryAll(inputs)).toEqual([])
  })
}

test('nothing of it was a fault of ours', () => {
  console.log(
    `fuzz: ${Object.entries(counts)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ')}`,
  )
  expect(house.system.logged.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([])
  expect(counts.operations).toBe(all.length)
  expect(counts.allowed).toBeGreaterThan(1_000 * share)
})
