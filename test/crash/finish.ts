import { join } from 'node:path'
import type { EmbeddedGateway } from '../../src/embedded/gateway'
import { letHoursPass, lookAt } from './ending'
import { within } from './load-process'
import type { Model } from './model'
import { providerOf } from './provider'
import { runVerb, type ServerPlace, ServerProcess } from './server-process'
import { type Account, Session } from './session'

const notifiedWithinMs = 30_000
const endedWithinMs = 120_000
const lookEveryMs = 500

interface Finish {
  model: Model
  place: ServerPlace
  gateway: EmbeddedGateway
  server: ServerProcess
  admin: Account
  /** Of a server that has ended. */
  inspect: (model: Model) => string[]
  report: (line: string) => void
  thorough: boolean
}

/** Nobody is killed any more: everything that was under way must now come to its end, and all of it be in order. */
export async function finish({
  model,
  place,
  gateway,
  server,
  admin,
  inspect,
  report,
  thorough,
}: Finish): Promise<string[]> {
  const database = join(place.dataDir, 'minispod.db')
  const findings = [...model.wrong]
  for (const [key, { act }] of model.open)
    if (thorough || act !== 'top-up') findings.push(`${act} ${key} was never answered`)
  await within(gateway.notifications.idle(), notifiedWithinMs, 'notifications are still under way')
  await payForgotten(gateway)
  await expectCleanEnd(server, findings)

  report('everything was answered; the hours pass')
  await letHoursPass(database)
  const last = new ServerProcess(place)
  await last.ready()
  const session = new Session(last.url, admin)
  await runSchedule(session, 'top-ups.poll')
  findings.push(...(await waitForEnd(() => findLeft(database, gateway))))
  const verified = await runVerb(place, 'verify')
  if (verified.code !== 0) findings.push(`verify while it runs: ${verified.said}`)
  await expectCleanEnd(last, findings)
  findings.push(...inspect(model))
  return findings
}

/** Orders whose charge was never answered: the customer's bank may have been told all the same. */
async function payForgotten(gateway: EmbeddedGateway): Promise<void> {
  const pending = gateway.orders().filter(({ status, payment }) => status === 'pending' && payment)
  gateway.notifications.failNext({ kind: 'drop' }, Math.ceil(pending.length / 2))
  for (const { orderId } of pending.slice(0, Math.ceil(pending.length / 2))) await gateway.events.pay(orderId)
}

async function expectCleanEnd(server: ServerProcess, findings: string[]): Promise<void> {
  const code = await server.stop()
  if (code !== 0) findings.push(`the server ended with ${code} when asked to`)
}

async function runSchedule(session: Session, name: string): Promise<void> {
  const { status, body } = await session.ask({ method: 'POST', path: `/admin/jobs/schedules/${name}/run` })
  if (status >= 300) throw new Error(`schedule ${name}: ${status} ${JSON.stringify(body)}`)
}

async function findLeft(database: string, gateway: EmbeddedGateway): Promise<string[]> {
  const askProvider = providerOf(gateway)
  const { unended, topUps } = await lookAt(database)
  const unsettled = topUps.filter(
    ({ orderId, status }) => (status === 'SUCCESS') !== (askProvider(orderId)?.paid === true),
  )
  return [
    ...unended,
    ...unsettled.map(({ id, status }) => `top-up ${id} is ${status}, and the provider sees it otherwise`),
  ]
}

/** @returns what never ended */
async function waitForEnd(look: () => Promise<string[]>): Promise<string[]> {
  const before = performance.now() + endedWithinMs
  for (;;) {
    const unended = await look()
    if (unended.length === 0 || performance.now() > before) return unended
    await Bun.sleep(lookEveryMs)
  }
}
