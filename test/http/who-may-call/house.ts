import { mailSuppressions } from '../../../src/features/mails/tables'
import { newId } from '../../../src/lib/ids'
import { type JobStatus, jobs } from '../../../src/queue/tables'
import { mailsTo, tokenTo } from '../../support/mailbox'
import { webhookSecret } from '../../support/resend-notice'
import { actOnPage, ended, openShop, rowOfTopUp, type Shop, topUp } from '../../support/shop'
import { type Caller, callerOf, type TestCustomer, type TestSystem, until } from '../../support/system'
import type { Operation } from '../openapi-document'
import { type App, Apps } from './apps'
import { adminScopes, customerScopes } from './askers'

export type Person = Caller & Pick<TestCustomer, 'accessToken'>

/** Two customers with a life each, and who is there beside them. Their calls go to one running system. */
export interface House {
  system: TestSystem
  owner: TestCustomer
  other: TestCustomer
  suspended: Person
  admin: Person
  suspendedAdmin: TestCustomer
  /** The owner's app that is there from beginning to end, and runs. */
  main: App
  apps: Apps
  paid: { id: string; customId: string; orderId: string }
  pending: { id: string }
  /** What the main app cost. */
  charge: { customId: string }
  /** Whom a route is for: the owner of the thing, or an administrator. */
  entitled(operation: Operation): Person
  /** A customer whom nobody will miss. */
  somebody(): Promise<TestCustomer>
  /** Another session of the owner's. */
  sessionOfOwner(): Promise<string>
  /** The id of an API token of the owner's that nobody uses. */
  anyTokenOfOwner(): Promise<string>
  mailOfOwner(): Promise<string>
  /** The id of an address that gets no mail. */
  suppressedAddress(): Promise<string>
  linkTo(email: string, template: Parameters<typeof tokenTo>[2]): Promise<string>
  /** Queued for a time that never comes, or given up; of a kind nobody works on. */
  job(status: JobStatus): Promise<string>
  /** An API token of somebody's with these scopes, and no other. */
  tokenOf(person: Person, scopes: string[]): Promise<string>
  close(): Promise<void>
}

const balance = 100_000_000
const reason = 'to see what happens'

export async function openHouse(environment: Record<string, string> = {}): Promise<House> {
  const shop = await openShop({
    environment: {
      ...{ KUBECONFIG: '', STORAGE_CLASS: 'expandable', RESEND_WEBHOOK_SECRET: webhookSecret },
      ...environment,
    },
  })
  const { system } = shop
  const [owner, other, suspended, promoted, admin] = await Promise.all([
    system.customer({ balance }),
    system.customer({ balance, name: 'Siti' }),
    system.customer(),
    system.customer(),
    signInAdmin(system),
  ])
  const tokenOf = createTokens()
  await admin.put(`/admin/users/${promoted.id}/role`, { role: 'ADMINISTRATOR', reason })
  // A token that was made before its owner was locked out.
  await Promise.all([tokenOf(suspended, customerScopes), tokenOf(promoted, adminScopes)])
  for (const { id } of [suspended, promoted]) await admin.post(`/admin/users/${id}/suspend`, { reason })

  const apps = new Apps(owner, admin)
  const [main, othersApp, paid, pending] = await Promise.all([
    buyMain(system, owner),
    buyMain(system, other),
    pay(shop, owner),
    topUp(owner),
    pay(shop, other),
    tokenOf(other, customerScopes),
  ])
  await Promise.all([apps.open('n8n'), runs(owner, main), runs(other, othersApp)])
  const charges = await owner.get(`/wallet/transactions?subscriptionId=${main.subscriptionId}&type=CHARGE`)
  const charge = charges.body.data[0]
  return {
    ...{ system, owner, other, suspended, admin, suspendedAdmin: promoted, main, apps, paid, pending, charge, tokenOf },
    entitled: ({ access }) => (access === 'admin' ? admin : owner),
    somebody: () => system.customer(),
    sessionOfOwner: async () => {
      await system.anybody.post('/auth/login', { email: owner.email, password: owner.password })
      const { body } = await owner.get('/auth/sessions')
      return body.data.find((session: { current: boolean; endedAt: null }) => !session.current && !session.endedAt).id
    },
    anyTokenOfOwner: async () => (await makeToken(owner, ['read'])).id,
    suppressedAddress: () => insertSuppression(system),
    mailOfOwner: async () => (await mailsTo(system, owner.email))[0]!.id,
    linkTo: (email, template) => tokenTo(system, email, template),
    job: (status) => insertJob(system, status),
    close: shop.close,
  }
}

async function signInAdmin({ anybody, firstAdmin, url }: TestSystem): Promise<Person> {
  const { body } = await anybody.post('/auth/login', firstAdmin)
  const { accessToken } = body.data
  return Object.assign(callerOf(url, { authorization: `Bearer ${accessToken}` }), { accessToken })
}

async function buyMain(system: TestSystem, customer: TestCustomer): Promise<App> {
  const { body: catalog } = await system.anybody.get('/catalog/services/n8n')
  const { body } = await customer.post('/subscriptions', { planId: catalog.data.plans[0].id })
  return { id: body.data.instance.id, subscriptionId: body.data.id, name: body.data.instance.name }
}

const runs = (customer: TestCustomer, { id }: App) =>
  until(
    'RUNNING',
    async () => (await customer.get(`/instances/${id}`)).body.data.status,
    (status) => status === 'RUNNING',
  )

async function pay(shop: Shop, customer: TestCustomer): Promise<House['paid']> {
  const order = await topUp(customer)
  await actOnPage(order.redirectUrl, { action: 'pay' })
  await ended(customer, order.id)
  const { orderId } = await rowOfTopUp(shop, order.id)
  return { id: order.id, customId: order.customId, orderId }
}

async function insertJob({ parts }: TestSystem, status: JobStatus): Promise<string> {
  const id = newId('job')
  const never = new Date('2100-01-01T00:00:00Z')
  const row = { id, kind: 'nobody.works-on-it', key: id, payload: {}, status, runAt: never, createdAt: never }
  await parts.db.write((tx) => tx.insert(jobs).values(row).run())
  return id
}

async function insertSuppression({ parts }: TestSystem): Promise<string> {
  const id = newId('suppression')
  const row = { id, address: `${id.toLowerCase()}@example.com`, reason: 'BOUNCED', createdAt: new Date() } as const
  await parts.db.write((tx) => tx.insert(mailSuppressions).values(row).run())
  return id
}

/** A person may have so many tokens: one is made for each set of scopes, and kept. */
function createTokens(): House['tokenOf'] {
  const made = new Map<string, Promise<ApiToken>>()
  return async (person, scopes) => {
    const key = `${person.accessToken} ${scopes.toSorted().join(' ')}`
    const known = made.get(key) ?? makeToken(person, scopes)
    made.set(key, known)
    return (await known).token
  }
}

interface ApiToken {
  id: string
  token: string
}

async function makeToken(person: Person, scopes: string[]): Promise<ApiToken> {
  const { status, body } = await person.post('/auth/tokens', { name: 'a script', scopes })
  if (status !== 201) throw new Error(`token: ${status} ${JSON.stringify(body)}`)
  return body.data
}
