import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../src/db'
import { FileConnection } from '../../src/db/connection'
import { migrate } from '../../src/db/migrate'
import { migrations } from '../../src/db/migrations'
import { findCurrent, findTemplateOf, installBuiltIns } from '../../src/features/app-templates'
import { services } from '../../src/features/catalog/tables'
import { createInstanceSource, findInstance } from '../../src/features/instances'
import { systemClock } from '../../src/lib/clock'
import { type Template, templates } from '../../src/templates'
import { sharedSystem, type TestSystem } from '../support/system'

const shared = sharedSystem()

const memos = templates.find(({ name }) => name === 'memos')!

function withImage(template: Template, tag: string): Template {
  const copy = structuredClone(template)
  for (const container of copy.containers) container.image = `${String(container.image).split(':')[0]}:${tag}`
  return copy
}

const install = ({ parts }: TestSystem, builtIns: Template[]) =>
  parts.db.write((tx) => installBuiltIns(parts, tx, builtIns))

const shown = async ({ anybody }: TestSystem, name: string) => (await anybody.get(`/templates/${name}`)).body.data

async function bought(system: TestSystem, service: string) {
  const plan = await system.plan({ service, price: 1_000 })
  const customer = await system.customer({ balance: 10_000 })
  const { body } = await customer.post('/subscriptions', { planId: plan.id })
  return { customer, instance: body.data.instance }
}

test('the program’s own templates are for sale from the first start on, and a second start changes nothing', async () => {
  const system = await shared()
  const before = (await system.anybody.get('/templates')).body.data
  expect(before.map(({ name }: Template) => name).sort()).toEqual(templates.map(({ name }) => name).sort())
  expect(new Set(before.map(({ version }: { version: number }) => version))).toEqual(new Set([1]))
  const titled = (await system.admin()).get('/admin/templates?limit=100')
  expect(new Map((await titled).body.data.map((shown: Template) => [shown.name, shown.title]))).toEqual(
    new Map(templates.map(({ name, title }) => [name, title])),
  )
  await install(system, [...templates])
  expect((await system.anybody.get('/templates')).body.data).toEqual(before)
})

test('a template that the program changes is a new version for new apps; who has one keeps it and is offered the update', async () => {
  const system = await shared()
  const source = createInstanceSource(system.parts, [])
  const old = await bought(system, 'memos')
  expect(old.instance).toMatchObject({ templateVersion: 1, update: null })
  await install(system, [withImage(memos, 'newer')])
  expect(await shown(system, 'memos')).toMatchObject({
    version: 2,
    containers: [{ image: 'docker.io/neosmemo/memos:newer' }],
  })
  const next = await bought(system, 'memos')
  expect(next.instance).toMatchObject({ templateVersion: 2, update: null })
  const { image } = memos.containers[0]!
  const update = {
    version: 2,
    changes: [{ container: memos.containers[0]!.name, from: image, to: 'docker.io/neosmemo/memos:newer' }],
    note: null,
  }
  for (const path of [`/instances/${old.instance.id}`, '/instances?limit=1'])
    expect([(await old.customer.get(path)).body.data].flat()).toMatchObject([{ templateVersion: 1, update }])
  expect((await old.customer.get('/subscriptions')).body.data).toMatchObject([{ instance: { update } }])
  const images = async (id: string) =>
    (await source.load(id))?.spec.template.containers.map((container) => container.image)
  expect(await images(old.instance.id)).toEqual([image])
  expect(await images(next.instance.id)).toEqual(['docker.io/neosmemo/memos:newer'])
})

test('an older program beside a newer database changes nothing', async () => {
  const system = await shared()
  const gotify = templates.find(({ name }) => name === 'gotify')!
  await install(system, [withImage(gotify, '9.9.9')])
  await install(system, [gotify])
  expect((await shown(system, 'gotify')).version).toBe(2)
})

test('the order of keys is no other template', async () => {
  const system = await shared()
  const valkey = templates.find(({ name }) => name === 'valkey')!
  await install(system, [Object.fromEntries(Object.entries(valkey).reverse()) as Template])
  expect((await shown(system, 'valkey')).version).toBe(1)
})

test('a search finds a service by the words of its template’s current version', async () => {
  const system = await shared()
  const found = async () =>
    (await system.anybody.get('/catalog/search?q=quokka')).body.data.map(({ slug }: { slug: string }) => slug)
  expect(await found()).toEqual([])
  const umami = structuredClone(templates.find(({ name }) => name === 'umami')!)
  umami.description.en = 'Quokka.'
  await install(system, [umami])
  expect(await found()).toEqual(['umami'])
})

test('apps and services of the release before have the version that the first start brings', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'minispod-before-templates-'))
  try {
    const path = join(dataDir, 'minispod.db')
    const split = migrations.findIndex(({ name }) => name.endsWith('_app_templates'))
    await migrate({ url: `file:${path}` }, { migrations: migrations.slice(0, split) })
    const old = new FileConnection(path, { busyTimeoutMs: 1_000 })
    old.exec(`
      INSERT INTO categories (id, slug, name, description, created_at, updated_at) VALUES ('cat', 'cat', 'Cat', '', 1, 1);
      INSERT INTO services (id, slug, category_id, name, description, type, template_name, status, created_at, updated_at)
        VALUES ('svc', 'svc', 'cat', 'Svc', '', 'hosting', 'memos', 'ACTIVE', 1, 1);
      INSERT INTO users (id, email, name, password_hash, created_at, updated_at) VALUES ('usr_old', 'old@example.com', 'Old', 'x', 1, 1);
      INSERT INTO instances (id, subscription_id, user_id, name, namespace, subdomain, template_name, cpu_millicores, memory_mb,
          storage_gb, inputs, sealed_secrets, desired_state, status, status_changed_at, created_at, updated_at)
        VALUES ('ins_old', 'sub_old', 'usr_old', 'memos-1', 'ns', 'memos-1', 'memos', 500, 512, 5, '{}', '', 'DELETED', 'TERMINATED', 1, 1, 1);
    `)
    old.close()
    await migrate({ url: `file:${path}` })
    const db = await openDatabase({ url: `file:${path}` })
    await db.write((tx) => installBuiltIns({ clock: systemClock }, tx))
    const app = (await findInstance(db.read, 'ins_old'))!
    expect(app.templateVersion).toBe(1)
    expect(await findTemplateOf(db.read, app)).toEqual(memos)
    const service = await db.read.select().from(services).get()
    expect((await findCurrent(db.read, service!.templateName))?.version).toBe(1)
    await db.close()
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})
