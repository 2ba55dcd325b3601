import { describe, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { services } from '../../src/features/catalog/tables'
import { createInstanceSource } from '../../src/features/instances'
import { countByKey } from '../../src/features/key-rotation'
import { type Caller, sharedSystem } from '../support/system'

const system = sharedSystem()
let made = 0

const any = { 'if-match': '*' }
const login = { server: 'registry.example.com', username: 'robot', password: 'pull-password-1' }
const fixed = { image: 'ghcr.io/acme/x:1', port: 3000, registry: login, secretVariables: { API_KEY: 'key-of-ours-1' } }

async function shop(more: object = {}) {
  const { admin: signIn, customer } = await system()
  const admin = await signIn()
  const slug = `presets${++made}x`
  const category = (await admin.post('/admin/categories', { slug, name: 'Own', description: 'Own' })).body.data
  const answer = await admin.post('/admin/services', {
    ...{ slug, categoryId: category.id, name: 'Our app', description: 'Ours', templateName: 'container' },
    ...more,
  })
  const service = answer.body.data
  const path = `/admin/services/${service?.id}`
  const size = { cpuMillicores: 100, memoryMb: 128, storageGb: 1, features: [] }
  const plan =
    service && (await admin.post(`${path}/plans`, { name: 'S', tier: 1, price: 1_000, totalQuota: 9, ...size }))
  const buyer = await customer({ balance: 100_000 })
  const order = (config: object, by: Caller = buyer) => by.post('/subscriptions', { planId: plan.body.data.id, config })
  return { admin, answer, service, path, buyer, order }
}

/** What the reconciler gets of an app. */
async function madeOf(instanceId: string) {
  const { parts } = await system()
  const wanted = await createInstanceSource(parts, []).load(instanceId)
  return wanted!.spec
}

const problems = (answer: { status: number; body: { error?: { details?: { problems?: unknown } } } }) => [
  answer.status,
  answer.body.error?.details?.problems,
]

describe('a service with values fixed', () => {
  test('gives them to every app of it, and takes none of them from an order', async () => {
    const { order } = await shop({ presets: fixed, status: 'ACTIVE' })
    const config = { image: 'ghcr.io/mine/y:1', secretVariables: { API_KEY: 'x' }, dataPath: '/mine' }
    expect(problems(await order(config))).toEqual([
      422,
      ['image', 'dataPath', 'secretVariables'].map((key) => ({
        path: `/config/${key}`,
        message: 'is set by the operator',
      })),
    ])
    const { status, body } = await order({ variables: { GREETING: 'hello' } })
    expect(status).toBe(201)
    expect((await madeOf(body.data.instance.id)).inputs).toEqual({
      ...fixed,
      user: 1000,
      dataPath: '/data',
      variables: { GREETING: 'hello' },
    })
  })

  test('lets its customers change what is theirs, and nothing else', async () => {
    const { order, buyer } = await shop({ presets: fixed, status: 'ACTIVE' })
    const { id } = (await order({ variables: { A: '1', B: '2' } })).body.data.instance
    const configure = (config: object) => buyer.patch(`/instances/${id}/config`, { config })
    expect((await configure({ variables: { B: null, C: '3' } })).status).toBe(200)
    expect(problems(await configure({ image: 'ghcr.io/mine/y:1', registry: null }))).toEqual([
      422,
      [
        { path: '/config/image', message: 'is set by the operator' },
        { path: '/config/registry', message: 'is set by the operator' },
      ],
    ])
    expect((await madeOf(id)).inputs).toMatchObject({ ...fixed, variables: { A: '1', C: '3' } })
  })

  test('shows its secrets to nobody, and what may be set to everybody', async () => {
    const { admin, answer, service, path, order } = await shop({ presets: fixed, status: 'ACTIVE' })
    const { anybody } = await system()
    const shown = {
      ...fixed,
      registry: { ...login, password: '***' },
      secretVariables: { API_KEY: '***' },
    }
    expect(service.presets).toEqual(shown)
    const page = await anybody.get(`/catalog/services/${service.slug}`)
    expect(page.body.data.inputs).toEqual({ fixed: Object.keys(fixed).sort(), customer: null })
    const answers = [answer, page, await admin.get(path), await admin.get('/admin/services?limit=100'), await order({})]
    answers.push(await admin.put(path, { presets: { secretVariables: { API_KEY: 'key-of-ours-2' } } }, any))
    answers.push(await admin.get(`/admin/audit?targetId=${service.id}&limit=100`))
    expect(JSON.stringify(answers.map(({ body }) => body))).not.toMatch(/pull-password|key-of-ours/)
    const acts = answers.at(-1)!.body.data
    expect(acts.map(({ action, after }: { action: string; after: object }) => [action, after])).toMatchObject([
      ['service.update', { secretPresets: '[redacted]' }],
      ['service.create', { presets: { image: fixed.image, port: 3000 }, secretPresets: '[redacted]' }],
    ])
  })

  test('keeps what a change does not name, takes away what is null, and refuses a mask that comes back', async () => {
    const { admin, path } = await shop({ presets: fixed, status: 'ACTIVE' })
    const { parts } = await system()
    const sealed = async () =>
      (await parts.db.read
        .select()
        .from(services)
        .where(eq(services.id, path.split('/').at(-1)!))
        .get())!.sealedPresets
    const before = await sealed()
    const { body } = await admin.put(path, { presets: { port: 4000, variables: { A: '1' } } }, any)
    expect(body.data.presets).toMatchObject({ image: fixed.image, port: 4000, variables: { A: '1' } })
    expect(await sealed()).toBe(before)
    expect(problems(await admin.put(path, { presets: body.data.presets }, any))).toEqual([
      422,
      ['/presets/registry/password', '/presets/secretVariables/API_KEY'].map((place) => ({
        path: place,
        message: 'stands for a secret that is not shown: leave it out to keep it',
      })),
    ])
    const less = await admin.put(path, { presets: { registry: null, secretVariables: null, port: null } }, any)
    expect(less.body.data.presets).toEqual({ image: fixed.image, variables: { A: '1' } })
    expect(await sealed()).toBeNull()
  })

  test('keeps its secrets under a key that can be changed', async () => {
    await shop({ presets: fixed })
    const { parts } = await system()
    const column = { table: services, id: services.id, value: services.sealedPresets }
    expect([...(await countByKey(parts.db.read, [column])).keys()]).toEqual([parts.sealing.newest().id])
  })

  test('changes for new apps only: an app keeps what it was made with, and what its owner may set', async () => {
    const { admin, path, order, buyer } = await shop({ presets: fixed, status: 'ACTIVE' })
    const { customer } = await system()
    const { id } = (await order({})).body.data.instance
    const change = {
      presets: { image: 'ghcr.io/acme/x:2', secretVariables: null },
      customerInputs: ['secretVariables'],
    }
    expect((await admin.put(path, change, any)).status).toBe(200)
    expect((await madeOf(id)).inputs).toMatchObject(fixed)
    // What was the operator's secret must not come into the hands of who may set it from now on.
    const config = { secretVariables: { MORE: 'x' } }
    expect((await buyer.patch(`/instances/${id}/config`, { config })).status).toBe(422)
    const next = await order(config, await customer({ balance: 100_000 }))
    expect((await madeOf(next.body.data.instance.id)).inputs).toMatchObject({ image: 'ghcr.io/acme/x:2', ...config })
  })
})

describe('a service whose customers choose', () => {
  const customerInputs = ['image', 'port', 'command', 'dataPath', 'registry', 'variables', 'secretVariables', 'user']

  test('takes their image, with all that goes with it', async () => {
    const { service, order, buyer } = await shop({ customerInputs, status: 'ACTIVE' })
    const { anybody } = await system()
    const shown = (await anybody.get(`/catalog/services/${service.slug}`)).body.data.inputs
    expect(shown).toEqual({ fixed: [], customer: customerInputs })
    expect(problems(await order({}))).toEqual([422, [{ path: '/config/image', message: 'is required' }]])
    const config = {
      image: 'nginx:1.29',
      port: 80,
      command: ['nginx', '-g', 'daemon off;'],
      variables: { GREETING: 'hello $(HOME)' },
      secretVariables: { API_KEY: 'mine' },
      registry: login,
    }
    const { status, body } = await order(config)
    expect(status).toBe(201)
    expect(JSON.stringify(body)).not.toMatch(/mine|pull-password/)
    expect((await madeOf(body.data.instance.id)).inputs).toEqual({
      ...config,
      image: 'docker.io/library/nginx:1.29',
      user: 1000,
      dataPath: '/data',
    })
    const path = `/instances/${body.data.instance.id}/config`
    expect((await buyer.patch(path, { config: { image: 'nginx:1.30', registry: null } })).status).toBe(200)
    const { inputs } = await madeOf(body.data.instance.id)
    expect(inputs).toMatchObject({ image: 'docker.io/library/nginx:1.30', secretVariables: { API_KEY: 'mine' } })
    expect(inputs).not.toHaveProperty('registry')
  })

  test('says of each mistake where it is', async () => {
    const { order } = await shop({ customerInputs, status: 'ACTIVE' })
    const image = 'ghcr.io/mine/y:1'
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`N${index}`, 'x']))
    const bad: [config: object, path: string, message: string][] = [
      [
        { image: 'nginx:1; rm -rf /' },
        '/config/image',
        'must be an image such as registry.example.com/team/app:1.2, its name in lower case',
      ],
      [{ image: 'nginx' }, '/config/image', 'must have a tag or a digest'],
      [{ image, variables: many }, '/config/variables', 'must have at most 50 names'],
      [{ image, dataPath: '/etc/cron.d' }, '/config/dataPath', 'must not be a folder of the system'],
      [
        { image, registry: { ...login, server: 'a:b@registry.example.com' } },
        '/config/registry/server',
        'must be a host name in lower case, with a port or without, and nothing else',
      ],
      [{ image, user: 0 }, '/config/user', 'must be a whole number from 1 to 65535'],
      [{ image, command: 'sh -c x' }, '/config/command', 'must be a list of texts'],
    ]
    for (const [config, path, message] of bad) expect(problems(await order(config))).toEqual([422, [{ path, message }]])
  })
})

describe('what a service can’t fix', () => {
  test('is told with its place', async () => {
    const refused = async (more: object) => problems((await shop(more)).answer)
    expect(await refused({ presets: { image: 'nginx', port: 0, nothing: 1 } })).toEqual([
      422,
      [
        { path: '/presets/image', message: 'must have a tag or a digest' },
        { path: '/presets/port', message: 'must be a whole number from 1 to 65535' },
        { path: '/presets/nothing', message: 'is not an input' },
      ],
    ])
    expect(await refused({ presets: { port: 80 }, customerInputs: ['image', 'port', 'nothing'] })).toEqual([
      422,
      [
        { path: '/customerInputs/1', message: 'is fixed by the service' },
        { path: '/customerInputs/2', message: 'is not an input' },
      ],
    ])
  })

  test('is a template that nobody could order: it is not put on sale', async () => {
    const { answer } = await shop({ status: 'ACTIVE' })
    expect([answer.status, answer.body.error.code, answer.body.error.details]).toEqual([
      409,
      'INVALID_STATE',
      { inputs: ['image'] },
    ])
    const { admin, path, service } = await shop()
    expect(service.status).toBe('DRAFT')
    expect((await admin.put(path, { status: 'ACTIVE' }, any)).status).toBe(409)
    expect((await admin.put(path, { status: 'ACTIVE', customerInputs: ['image'] }, any)).status).toBe(200)
    expect((await admin.put(path, { customerInputs: null }, any)).status).toBe(409)
    expect((await admin.put(path, { customerInputs: null, presets: { image: 'nginx:1' } }, any)).status).toBe(200)
  })

  test('goes with the template that it was said of', async () => {
    const { admin, path } = await shop({ presets: fixed, customerInputs: ['variables'] })
    const { body } = await admin.put(path, { templateName: 'memos' }, any)
    expect(body.data).toMatchObject({ templateName: 'memos', presets: {}, customerInputs: null })
    expect((await admin.put(path, { presets: { timeZone: 'UTC' } }, any)).body.data.presets).toEqual({
      timeZone: 'UTC',
    })
  })
})

test('values that can’t stand beside each other are refused to the operator, not to who orders', async () => {
  const variables = { PORT: '1' }
  const { answer } = await shop({ presets: { image: 'ghcr.io/acme/x:1', port: 80, variables }, customerInputs: [] })
  expect(problems(answer)).toEqual([422, [{ path: '/presets/variables/PORT', message: 'is set already' }]])
})
