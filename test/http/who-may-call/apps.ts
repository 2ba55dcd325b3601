import { type Caller, type TestCustomer, until } from '../../support/system'

export interface App {
  id: string
  subscriptionId: string
  name: string
}

/** So many are made beforehand, all at a time: waiting for each in its turn would take as many seconds. */
const runningAhead = 7
const terminatedAhead = 4

/** Apps of one customer, one after the other of every service there is; when all are taken, the one used longest ago makes room. */
export class Apps {
  #plans: { serviceId: string; planId: string }[] = []
  #next = 0
  #running: Promise<App>[] = []
  #terminated: Promise<App>[] = []

  #active: Promise<App> | undefined

  constructor(
    private readonly owner: TestCustomer,
    private readonly admin: Caller,
  ) {}

  async open(keep: string): Promise<void> {
    const { body } = await this.owner.get('/catalog/categories')
    const categories = body.data as { slug: string }[]
    const pages = await Promise.all(
      categories.map(({ slug }) => this.owner.get(`/catalog/categories/${slug}/services`)),
    )
    const services = pages.flatMap((page) => page.body.data as { id: string; slug: string; plans: { id: string }[] }[])
    this.#plans = services
      // A static site needs to be told where its repository is.
      .filter(({ slug, plans }) => slug !== keep && slug !== 'static-site' && plans.length > 0)
      .map(({ id, plans }) => ({ serviceId: id, planId: plans[0]!.id }))
    // Their services are theirs: what makes room later must not end what still waits for its turn.
    this.#running = this.#plans.splice(0, runningAhead).map(({ planId }) => this.#start(planId))
    this.#terminated = this.#plans.splice(0, terminatedAhead).map(({ planId }) => this.#end(planId))
    await Promise.all([...this.#running, ...this.#terminated])
  }

  /** A plan of a service that the owner has no live subscription to. */
  async freePlan(): Promise<string> {
    const { serviceId, planId } = this.#plans[this.#next++ % this.#plans.length]!
    if (this.#next > this.#plans.length) await this.#makeRoom(serviceId)
    return planId
  }

  async buy(wanted?: string): Promise<App> {
    const planId = wanted ?? (await this.freePlan())
    const { status, body } = await this.owner.post('/subscriptions', { planId })
    if (status !== 201) throw new Error(`subscribe: ${status} ${JSON.stringify(body)}`)
    return { id: body.data.instance.id, subscriptionId: body.data.id, name: body.data.instance.name }
  }

  running = (): Promise<App> => this.#running.shift() ?? this.#start()
  terminated = (): Promise<App> => this.#terminated.shift() ?? this.#end()

  /** One that ran once and is active, whatever was done to it before: no cluster has to be waited for again. */
  async active(): Promise<App> {
    this.#active ??= this.running()
    const app = await this.#active
    const path = `/subscriptions/${app.subscriptionId}`
    const { status } = (await this.owner.get(path)).body.data
    const back =
      status === 'SUSPENDED'
        ? await this.admin.post(`/admin${path}/resume`, { reason: 'for the next call' })
        : status !== 'ACTIVE' && (await this.owner.post(`${path}/restore`))
    await this.owner.delete(`${path}/scheduled-change`)
    if (back && back.status !== 200) throw new Error(`not active again: ${back.status} ${JSON.stringify(back.body)}`)
    return app
  }

  /** Ended after it ran, so that its data is kept. */
  async ended(): Promise<App> {
    const app = await this.active()
    await this.owner.post(`/subscriptions/${app.subscriptionId}/cancel`, { when: 'now' })
    return app
  }

  async stopped(): Promise<App> {
    const app = await this.buy()
    await this.owner.put(`/instances/${app.id}/stop`)
    return app
  }

  async #start(planId?: string): Promise<App> {
    return this.#reach(await this.buy(planId), 'RUNNING')
  }

  async #end(planId?: string): Promise<App> {
    const app = await this.buy(planId)
    await this.owner.delete(`/instances/${app.id}`, { confirm: app.name })
    return this.#reach(app, 'TERMINATED')
  }

  async #reach(app: App, wanted: string): Promise<App> {
    const look = async () => (await this.owner.get(`/instances/${app.id}`)).body.data.status
    await until(`${app.name} ${wanted}`, look, (status) => status === wanted)
    return app
  }

  async #makeRoom(serviceId: string): Promise<void> {
    const { body } = await this.owner.get('/subscriptions?limit=100')
    const subscriptions = body.data as { id: string; service: { id: string }; status: string }[]
    const taken = subscriptions.filter(({ service, status }) => service.id === serviceId && !/^(CANC|EXP)/.test(status))
    for (const { id } of taken) await this.owner.post(`/subscriptions/${id}/cancel`, { when: 'now' })
  }
}
