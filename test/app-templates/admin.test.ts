import { beforeAll, describe, expect, test } from 'bun:test'
import type { Template } from '../../src/templates'
import { type Caller, sharedSystem, type TestSystem } from '../support/system'
import { hello, publish, release, sell, upload } from './hello'

const shared = sharedSystem()
let system: TestSystem
let admin: Caller
beforeAll(async () => {
  system = await shared()
  admin = await system.admin()
})

const any = { 'if-match': '*' }
let made = 0
const fresh = (tag?: string, change?: Partial<Template>): Template => hello(`own-${++made}`, tag, change)
const again = ({ name }: Template, tag: string, change?: Partial<Template>): Template => hello(name, tag, change)
const pathOf = ({ name }: Template): string => `/admin/templates/${name}`

describe('an upload', () => {
  test('is a draft: shown to administrators, sold to nobody', async () => {
    const template = fresh()
    const { status, body } = await admin.post('/admin/templates', { template, note: 'First' })
    expect(status).toBe(201)
    expect(body.data).toMatchObject({
      name: template.name,
      version: 1,
      status: 'DRAFT',
      isCurrent: false,
      note: 'First',
      template,
    })
    expect((await admin.get(pathOf(template))).body.data).toMatchObject({
      origin: 'operator',
      currentVersion: null,
      newestVersion: 1,
      services: 0,
      apps: 0,
    })
    expect((await admin.get(`${pathOf(template)}/versions/1`)).body.data.template).toEqual(template)
    expect(await system.anybody.get(`/templates/${template.name}`)).toFail(404, 'NOT_FOUND')
    expect((await system.anybody.get('/templates')).body.data.map(({ name }: Template) => name)).not.toContain(
      template.name,
    )
    const category = (await admin.get('/admin/categories')).body.data[0]
    const words = { slug: template.name, name: 'X', description: 'X', categoryId: category.id }
    const service = await admin.post('/admin/services', { ...words, templateName: template.name })
    expect(service).toFail(422, 'VALIDATION_ERROR')
    await publish(admin, template, 1)
    expect((await system.anybody.get(`/templates/${template.name}`)).body.data).toMatchObject({
      version: 1,
      title: 'Hello',
    })
    expect((await admin.post('/admin/services', { ...words, templateName: template.name })).status).toBe(201)
  })

  test('tells the place of every mistake', async () => {
    const { body, status } = await admin.post('/admin/templates', {
      template: { ...fresh(), hostNetwork: true, fsGroup: 0, volumes: [{ name: 'data', share: 100, hostPath: '/' }] },
    })
    expect(status).toBe(422)
    expect(body.error.details.problems.map(({ path }: { path: string }) => path).sort()).toEqual([
      '/template/fsGroup',
      '/template/hostNetwork',
      '/template/volumes/0/hostPath',
    ])
    const repeats = fresh(undefined, { inputs: [{ ...fresh().inputs[0]!, pattern: '(a+)+(?=b)' } as never] })
    expect((await admin.post('/admin/templates', { template: repeats })).body.error.details.problems).toEqual([
      {
        path: '/template/inputs/0/pattern',
        message: 'is not a regular expression of RE2, which has no look-around and no back-references',
      },
    ])
  })

  test('of a name that the program has, or a content that is a version already, is a conflict', async () => {
    expect(await admin.post('/admin/templates', { template: { ...fresh(), name: 'n8n' } }, any)).toFail(409, 'CONFLICT')
    const template = fresh()
    await upload(admin, template)
    const same = await admin.post(
      '/admin/templates',
      { template: Object.fromEntries(Object.entries(template).reverse()) },
      any,
    )
    expect(same).toFail(409, 'CONFLICT')
    expect(same.body.error.details.version).toBe(1)
  })

  test('of the next version names what it has read: of two at once one is written', async () => {
    const template = fresh()
    await upload(admin, template)
    expect(await admin.post('/admin/templates', { template: again(template, 'v2') })).toFail(
      428,
      'PRECONDITION_REQUIRED',
    )
    const { headers } = await admin.get(pathOf(template))
    const tag = { 'if-match': headers.get('etag')! }
    const answers = await Promise.all(
      ['v2', 'v3', 'v4'].map((v) => admin.post('/admin/templates', { template: again(template, v) }, tag)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 412, 412])
    expect(
      (await admin.get(`${pathOf(template)}/versions`)).body.data.map(({ version }: { version: number }) => version),
    ).toEqual([2, 1])
  })

  test('is done once under its key', async () => {
    const template = fresh()
    const key = { 'idempotency-key': `upload-${template.name}` }
    const first = await admin.post('/admin/templates', { template }, key)
    expect((await admin.post('/admin/templates', { template }, key)).body).toEqual(first.body)
    expect((await admin.get(`${pathOf(template)}/versions`)).body.meta.total).toBe(1)
  })

  test('is in the audit log with who did it', async () => {
    const template = fresh()
    await release(admin, template)
    const { body } = await admin.get(`/admin/audit?targetKind=template&targetId=${template.name}`)
    expect(body.data.map(({ action }: { action: string }) => action)).toEqual(['template.publish', 'template.create'])
    expect(body.data[0]).toMatchObject({ before: { currentVersion: null }, after: { currentVersion: 1 } })
  })
})

describe('a preview', () => {
  test('shows the objects, without a secret in them, and sends nothing anywhere', async () => {
    const template = fresh()
    await upload(admin, template)
    const { body, status } = await admin.post(`${pathOf(template)}/versions/1/preview`, {
      plan: { cpuMillicores: 300, memoryMb: 32, storageGb: 1 },
      config: { greeting: 'Good day' },
    })
    expect(status).toBe(200)
    const { objects, yaml, shortfalls, minimum } = body.data
    expect(shortfalls).toEqual(['memoryMb'])
    expect(minimum).toEqual(template.minimum)
    const kinds = objects.map(({ kind }: { kind: string }) => kind)
    expect(kinds).toEqual(
      expect.arrayContaining(['Namespace', 'ResourceQuota', 'Secret', 'Deployment', 'Service', 'Ingress']),
    )
    const deployment = objects.find(({ kind }: { kind: string }) => kind === 'Deployment')
    const [container] = deployment.spec.template.spec.containers
    expect(container.env[0]).toEqual({ name: 'WHOAMI_NAME', value: 'Good day' })
    expect(deployment.spec.template.spec.automountServiceAccountToken).toBe(false)
    expect(objects.find(({ kind }: { kind: string }) => kind === 'Secret').data).toEqual({ token: '(not shown)' })
    expect(yaml.split('\n---\n').map((text: string) => Bun.YAML.parse(text))).toEqual(objects)
  })

  test('refuses a configuration that the template does not take', async () => {
    const template = fresh()
    await upload(admin, template)
    const { body, status } = await admin.post(`${pathOf(template)}/versions/1/preview`, { config: { greeting: '<b>' } })
    expect([status, body.error.details.problems[0].path]).toEqual([422, '/config/greeting'])
  })
})

describe('a version can be published only if apps can be updated to it:', () => {
  const problemsOf = async (first: Template, next: Template) => {
    await release(admin, first)
    const version = await upload(admin, next)
    const { body } = await admin.post(`${pathOf(first)}/versions/${version}/publish`, {}, any)
    return body.error?.details?.problems?.map(({ path }: { path: string }) => path)
  }

  test('the same volumes', async () => {
    const first = fresh()
    const next = again(first, 'v2', {
      volumes: [{ name: 'data', share: 100 }],
      minimum: { ...first.minimum, storageGb: 1 },
    })
    expect(await problemsOf(first, next)).toEqual(['/template/volumes'])
  })

  test('the same kind of address', async () => {
    const first = fresh()
    const exposure = { kind: 'internal' as const, container: 'app', port: 'http' }
    expect(await problemsOf(first, again(first, 'v2', { exposure }))).toEqual(['/template/exposure/kind'])
  })

  test('an input that is needed has a default, or was needed before', async () => {
    const first = fresh()
    const input = {
      key: 'owner',
      label: first.description,
      type: 'string',
      maxLength: 9,
      changeable: true,
      required: true,
    } as const
    const inputs = [...first.inputs, input]
    expect(await problemsOf(first, again(first, 'v2', { inputs }))).toEqual(['/template/inputs/1/default'])
    const open = fresh()
    expect(
      await problemsOf(open, again(open, 'v2', { inputs: [...open.inputs, { ...input, default: 'me' }] })),
    ).toBeUndefined()
    const needed = fresh(undefined, { inputs })
    expect(await problemsOf(needed, again(needed, 'v2', { inputs }))).toBeUndefined()
    const retyped = fresh()
    expect(
      await problemsOf(
        retyped,
        again(retyped, 'v2', {
          inputs: [{ key: 'greeting', label: retyped.description, type: 'email', changeable: true }],
        }),
      ),
    ).toEqual(['/template/inputs/0/type'])
  })

  test('plans that are sold carry it, and its licence is confirmed', async () => {
    const first = fresh()
    await release(admin, first)
    const { planId } = await sell(admin, first.name)
    const large = await upload(
      admin,
      again(first, 'v2', { minimum: { cpuMillicores: 100, memoryMb: 512, storageGb: 0 } }),
    )
    const refused = await admin.post(`${pathOf(first)}/versions/${large}/publish`, {}, any)
    expect(refused).toFail(409, 'INVALID_STATE')
    expect(refused.body.error.details.planId).toBe(planId)
    const licence = { spdx: 'BUSL-1.1', resale: 'needs-agreement', note: 'Ask them.' } as const
    const bound = await upload(admin, again(first, 'v3', { licence }))
    expect(await admin.post(`${pathOf(first)}/versions/${bound}/publish`, {}, any)).toFail(409, 'INVALID_STATE')
    expect((await admin.post(`${pathOf(first)}/versions/${bound}/publish`, { confirmLicence: true }, any)).status).toBe(
      200,
    )
  })

  test('it is newer than what is sold, and is published once', async () => {
    const first = fresh()
    await upload(admin, first)
    await upload(admin, again(first, 'v2'))
    await publish(admin, first, 2)
    for (const version of [1, 2])
      expect(await admin.post(`${pathOf(first)}/versions/${version}/publish`, {}, any)).toFail(409, 'INVALID_STATE')
  })
})

describe('retiring and deleting', () => {
  test('a retired template is had by no further service, and comes back', async () => {
    const template = fresh()
    await release(admin, template)
    const { planId } = await sell(admin, template.name)
    const { headers } = await admin.get(pathOf(template))
    const tag = { 'if-match': headers.get('etag')! }
    expect((await admin.put(pathOf(template), { status: 'RETIRED' }, tag)).body.data.status).toBe('RETIRED')
    expect(await admin.put(pathOf(template), { status: 'ACTIVE' }, tag)).toFail(412, 'PRECONDITION_FAILED')
    expect(await system.anybody.get(`/templates/${template.name}`)).toFail(404, 'NOT_FOUND')
    await expect(sell(admin, template.name)).rejects.toThrow()
    const customer = await system.customer({ balance: 10_000 })
    expect((await customer.post('/subscriptions', { planId })).status).toBe(201)
    await admin.put(pathOf(template), { status: 'ACTIVE' }, any)
    expect((await system.anybody.get(`/templates/${template.name}`)).status).toBe(200)
  })

  test('a draft can be deleted, a published version and a used template stay', async () => {
    const template = fresh()
    await release(admin, template)
    await upload(admin, again(template, 'v2'))
    expect(await admin.delete(`${pathOf(template)}/versions/1`, undefined, any)).toFail(409, 'INVALID_STATE')
    expect((await admin.delete(`${pathOf(template)}/versions/2`, undefined, any)).status).toBe(200)
    // A number is not given twice.
    expect(await upload(admin, again(template, 'v2'))).toBe(3)
    await sell(admin, template.name)
    expect(await admin.delete(pathOf(template), undefined, any)).toFail(409, 'INVALID_STATE')
    expect(await admin.delete('/admin/templates/n8n', undefined, any)).toFail(409, 'INVALID_STATE')
    const unused = fresh()
    await release(admin, unused)
    expect((await admin.delete(pathOf(unused), undefined, any)).status).toBe(200)
    expect(await admin.get(pathOf(unused))).toFail(404, 'NOT_FOUND')
    expect(await upload(admin, unused)).toBe(2)
  })
})

test('the list says what is there by origin and status, with the services and apps of each', async () => {
  const template = fresh()
  await release(admin, template)
  const { planId } = await sell(admin, template.name)
  await (await system.customer({ balance: 10_000 })).post('/subscriptions', { planId })
  const { body } = await admin.get('/admin/templates?origin=operator&sort=name&limit=100')
  expect(body.data.every(({ origin }: { origin: string }) => origin === 'operator')).toBe(true)
  expect(body.data.find(({ name }: Template) => name === template.name)).toMatchObject({
    services: 1,
    apps: 1,
    currentVersion: 1,
  })
  const retired = await admin.get('/admin/templates?origin=built-in&status=RETIRED')
  expect(retired.body.data).toEqual([])
})

test('the schema is published', async () => {
  const answer = await fetch(`${system.url}/api/templates/schema.json`)
  expect(answer.headers.get('content-type')).toContain('application/schema+json')
  expect(await answer.json()).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    additionalProperties: false,
  })
})
