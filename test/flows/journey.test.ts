import { expect, test } from 'bun:test'
import { takeJourney } from '../support/journey'
import { sharedSystem } from '../support/system'

const system = sharedSystem()
/** On a real cluster figures come half a minute after a pod. */
const longMs = 180_000

test.each([
  ['n8n', 'bca_va'],
  ['wordpress', 'qris'],
] as const)(
  'a customer signs up, pays, gets %s by %s, watches it, and leaves',
  async (service, method) => {
    const { url } = await system()
    const journey = await takeJourney({ url, service, method })
    expect(journey.balance).toBeGreaterThan(0)
  },
  longMs,
)
