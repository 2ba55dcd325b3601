// PocketBase beside us: built once by Go into the user's cache, filled over its own API. Without Go there is none.
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './server'

const version = '0.38.0'
const built = `github.com/pocketbase/pocketbase/examples/base@v${version}`
const superuser = { identity: 'bench@example.com', password: 'correct horse battery' }
const readyWithinMs = 30_000
const others = 1_500
const owned = 100
const atOnce = 16

export interface PocketBase {
  port: number
  pid: number
  /** Paths of what is compared, and the token of the customer whose it is. */
  view: string
  list: string
  token: string
  stop(): Promise<void>
}

/** Starts it in a folder of its own, with rows as ours are read; undefined where it can't be built. */
export async function startPocketBase(folder: string, tell: (text: string) => void): Promise<PocketBase | undefined> {
  const binary = await findOrBuild(tell)
  if (!binary) return undefined
  const dir = join(folder, 'pocketbase')
  // It takes a binary under a cache folder for a developer's, and would print every statement.
  const asServed = ['--dir', dir, '--dev=false']
  const { identity, password } = superuser
  await Bun.spawn([binary, 'superuser', 'create', identity, password, ...asServed], { stdout: 'ignore' }).exited
  const port = freePort()
  const child = Bun.spawn([binary, 'serve', '--http', `127.0.0.1:${port}`, ...asServed], {
    stdout: 'ignore',
    stderr: 'ignore',
  })
  const stop = async () => {
    child.kill()
    await child.exited
  }
  try {
    await waitForHealth(port)
    return { port, pid: child.pid, ...(await fill(port)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function findOrBuild(tell: (text: string) => void): Promise<string | undefined> {
  const folder = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
    'minispod-bench',
    `pocketbase-${version}`,
  )
  const binary = join(folder, 'base')
  if (existsSync(binary)) return binary
  if (!Bun.which('go')) {
    tell('  PocketBase is left out: there is no Go to build it')
    return undefined
  }
  tell(`  building ${built}, once …`)
  const go = Bun.spawn(['go', 'install', built], { env: { ...process.env, GOBIN: folder }, stderr: 'pipe' })
  const said = await new Response(go.stderr).text()
  if ((await go.exited) === 0) return binary
  tell(`  PocketBase is left out: it does not build: ${said.trim().split('\n').at(-1)}`)
  return undefined
}

async function waitForHealth(port: number): Promise<void> {
  const deadline = performance.now() + readyWithinMs
  while (!(await fetch(`http://127.0.0.1:${port}/api/health`).catch(() => undefined))?.ok) {
    if (performance.now() > deadline) throw new Error('PocketBase does not get ready')
    await Bun.sleep(20)
  }
}

type Json = Record<string, unknown>
type Call = <T extends Json>(path: string, body: Json) => Promise<T>

/** Customers with subscriptions to plans of services, as ours have; who is measured owns some, and may read nobody else's. */
async function fill(port: number): Promise<Pick<PocketBase, 'view' | 'list' | 'token'>> {
  const callAs =
    (token: string): Call =>
    async (path, body) => {
      const headers = { 'content-type': 'application/json', authorization: token }
      const url = `http://127.0.0.1:${port}/api/collections${path}`
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
      if (!answer.ok) throw new Error(`PocketBase answers ${path} with ${answer.status}: ${await answer.text()}`)
      return answer.json()
    }
  const { token } = await callAs('')<{ token: string }>('/_superusers/auth-with-password', superuser)
  const call = callAs(token)
  const create = async (collection: string, body: Json) =>
    (await call<{ id: string }>(`/${collection}/records`, body)).id
  await createCollections(call)
  const login = { email: 'owner@example.com', password: superuser.password }
  const person = { ...login, passwordConfirm: login.password }
  const owner = await create('users', person)
  const other = await create('users', { ...person, email: 'other@example.com' })
  const service = await create('services', { slug: 'n8n', name: 'n8n', description: 'Workflow automation' })
  const plan = await create('plans', { service, name: 'Starter', tier: 1, price: 49_000 })
  const subscribe = (of: string, number: number) =>
    create('subscriptions', { ...subscriptionOf(number), owner: of, plan })
  for (let number = 0; number < others; number += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, (_, index) => subscribe(other, number + index)))
  }
  let last = ''
  for (let number = 0; number < owned; number++) last = await subscribe(owner, others + number)
  const signedIn = await callAs('')<{ token: string }>('/users/auth-with-password', {
    identity: login.email,
    password: login.password,
  })
  const records = '/api/collections/subscriptions/records'
  return {
    token: signedIn.token,
    view: `${records}/${last}?expand=plan`,
    list: `${records}?page=1&perPage=20&sort=-number`,
  }
}

const subscriptionOf = (number: number): Json => ({
  number,
  name: `n8n ${number}`,
  status: 'ACTIVE',
  billingCycle: 'MONTHLY',
  price: 49_000,
  periodStart: '2026-01-01 00:00:00.000Z',
  periodEnd: '2026-02-01 00:00:00.000Z',
  autoRenew: true,
})

async function createCollections(call: Call): Promise<void> {
  const texts = (...names: string[]) => names.map((name) => ({ name, type: 'text' }))
  const numbers = (...names: string[]) => names.map((name) => ({ name, type: 'number' }))
  const collection = async (name: string, fields: Json[], rest: Json = {}) => {
    const isMine = '@request.auth.id != ""'
    const made = await call<{ id: string }>('', {
      name,
      type: 'base',
      fields,
      listRule: isMine,
      viewRule: isMine,
      ...rest,
    })
    return made.id
  }
  const relation = (name: string, collectionId: string) => ({ name, type: 'relation', collectionId, maxSelect: 1 })
  const services = await collection('services', texts('slug', 'name', 'description'))
  const plans = await collection('plans', [
    relation('service', services),
    ...texts('name'),
    ...numbers('tier', 'price'),
  ])
  const ofOwner = '@request.auth.id != "" && owner = @request.auth.id'
  const dates = ['periodStart', 'periodEnd'].map((name) => ({ name, type: 'date' }))
  const fields = [
    relation('owner', '_pb_users_auth_'),
    relation('plan', plans),
    ...texts('name', 'status', 'billingCycle'),
    ...numbers('number', 'price'),
    ...dates,
    { name: 'autoRenew', type: 'bool' },
    { name: 'created', type: 'autodate', onCreate: true },
  ]
  const indexes = ['CREATE INDEX subscriptions_owner ON subscriptions (owner, number)']
  await collection('subscriptions', fields, { listRule: ofOwner, viewRule: ofOwner, indexes })
}
