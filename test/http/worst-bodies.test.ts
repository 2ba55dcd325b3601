import { afterAll, beforeAll, expect, test } from 'bun:test'
import { until } from '../support/until'
import { validCall } from './inputs/calls'
import { chosen } from './inputs/chosen'
import { slowness, workOf } from './inputs/cpu'
import { type Inputs, inputsOf } from './inputs/fields'
import { type Worst, worstOf } from './inputs/worst'
import { type Answered, ask } from './who-may-call/ask'
import { type House, openHouse } from './who-may-call/house'
import type { Call } from './who-may-call/row'

/** So much may what was sent cost the thread that everybody waits for. The hash of a password is made by others, two at a time. */
const limitMs = 5
/** A mistake is told in so much, however large it was. */
const maxRefusal = 8 * 1024
/** What else happens in the process can only add to what is measured: the least of several is nearest to the truth. */
const maxTries = 9
/** Each time that something is taken it takes a thing that has to be made first, such as an app that runs. */
const maxTaken = 5
/** In `npm test`. */
const share = 0.25
const quietMs = 0.5

interface Cost {
  what: string
  ms: number
  status: number
}

let house: House
beforeAll(async () => {
  house = await openHouse({ RATE_LIMITS: 'off' })
})
afterAll(() => house?.close())

const all = (await inputsOf()).filter(({ fields }) => fields.length > 0)
const costs: Cost[] = []
let sent = 0

/** One operation, and a call that it takes until it has taken it. */
class Target {
  #valid: Promise<Call> | undefined

  constructor(
    readonly inputs: Inputs,
    readonly bearer: boolean,
    valid?: Promise<Call>,
  ) {
    this.#valid = valid
  }

  call = (): Promise<Call> => (this.#valid ??= validCall(house, this.inputs))

  async send(spoil: Worst['spoil'], headers: Record<string, string>): Promise<[number, Answered]> {
    const { operation } = this.inputs
    const call = await this.call()
    const spoilt = spoil(call)
    const bearer = this.bearer ? (call.as ?? house.entitled(operation)).accessToken : undefined
    let answered: Answered | undefined
    const ms = await workOf(async () => {
      answered = await ask({ url: house.system.url, bearer }, operation, {
        ...spoilt,
        headers: { ...spoilt.headers, ...headers },
      })
    })
    sent++
    if (answered!.status < 300 && operation.method !== 'get') this.#valid = undefined
    return [ms, answered!]
  }

  /** Again while it seems dearer than `enough`, once the process is quiet. */
  async leastOf(spoil: Worst['spoil'], headers: Record<string, string>, enough: number): Promise<[number, Answered]> {
    let [least, answered] = await this.send(spoil, headers)
    const changes = answered.status < 300 && this.inputs.operation.method !== 'get'
    for (let tried = 1; tried < (changes ? maxTaken : maxTries) && least > enough; tried++) {
      await until(
        'a quiet process',
        () => workOf(() => Bun.sleep(1)),
        (ms) => ms < quietMs,
      )
      const [ms, next] = await this.send(spoil, headers)
      if (ms < least) [least, answered] = [ms, next]
    }
    return [least, answered]
  }
}

const inIndonesian = { 'accept-language': 'id' }

async function findDear(target: Target, kinds: Worst[]): Promise<Cost[]> {
  // Asked again for each operation: what others do on the machine comes and goes.
  const slow = await slowness()
  const enough = (limitMs / 2) * slow
  const { operationId } = target.inputs.operation
  let plain: number | undefined
  const dear: Cost[] = []
  for (const [index, { name, spoil }] of kinds.entries()) {
    const headers = index % 2 === 0 ? {} : inIndonesian
    let [ms, { status, text }] = await target.leastOf(spoil, headers, enough)
    // What is taken does what it was asked for, which is not the price of how it was asked.
    if (ms > enough && status < 300) {
      plain ??= (await target.leastOf((call) => call, {}, 0))[0]
      ms = Math.max(ms - plain, 0)
    }
    const cost = { what: `${operationId}: ${name}`, ms: Math.round((ms / slow) * 100) / 100, status }
    costs.push(cost)
    if (cost.ms > limitMs || status >= 500 || (status >= 400 && text.length > maxRefusal)) dear.push(cost)
  }
  return dear
}

for (const inputs of all) {
  const { operationId, access } = inputs.operation
  const isOpen = access === 'public' || access === 'provider'
  test(`${operationId} costs little, whatever is sent`, async () => {
    const target = new Target(inputs, !isOpen)
    const { body = {} } = await target.call()
    const kinds = chosen(worstOf(inputs, body), share)
    expect(await findDear(target, kinds)).toEqual([])
    // Who has to sign in and has not is refused before any of it is read: a few of the longest show that.
    if (!isOpen) expect(await findDear(new Target(inputs, false, target.call()), kinds.slice(-2))).toEqual([])
  })
}

test('the ten dearest are told', () => {
  const dearest = costs.toSorted((a, b) => b.ms - a.ms).slice(0, 10)
  console.log(`worst bodies: ${costs.length} kinds, ${sent} requests, none over ${limitMs} ms of CPU; the dearest:`)
  for (const { what, ms, status } of dearest) console.log(`${ms.toFixed(2).padStart(6)} ms  ${status} ${what}`)
  expect(costs.length).toBeGreaterThan(500)
})
