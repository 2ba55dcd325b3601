import { expect, test } from 'bun:test'
import { type Caller, sharedSystem } from '../support/system'
import { type Operation, operationsOf } from './openapi-document'

const system = sharedSystem()

/** Every list of the document that is reached without an id, as the one who may read it. */
async function eachList(look: (path: string, caller: Caller, operation: Operation) => Promise<void>): Promise<void> {
  const { admin, customer } = await system()
  const callers = { admin: await admin(), customer: await customer() }
  const lists = (await operationsOf()).filter(
    ({ path, parameters }) => !path.includes('{') && parameters.some(({ name }) => name === 'page'),
  )
  expect(lists.length).toBeGreaterThanOrEqual(4)
  for (const list of lists) await look(list.path, list.access === 'admin' ? callers.admin : callers.customer, list)
}

test('every list answers in one envelope, 20 rows a page from page 1', async () => {
  await eachList(async (path, caller) => {
    const { status, body } = await caller.get(path)
    expect([path, status]).toEqual([path, 200])
    // The search says beside its rows what each other choice would find.
    const more = path === '/catalog/search' ? ['facets'] : []
    expect(Object.keys(body)).toEqual(['success', 'data', 'meta', ...more])
    expect(body.meta).toEqual({
      page: 1,
      limit: 20,
      total: expect.any(Number),
      totalPages: Math.ceil(body.meta.total / 20),
    })
    expect(body.data).toHaveLength(Math.min(20, body.meta.total))
  })
})

test('every list refuses a page, a limit and a sort that make no sense, by name', async () => {
  const wrong = [
    'page=0',
    'page=-1',
    'page=1.5',
    'page=a',
    'page=',
    'page=1e9',
    'limit=0',
    'limit=101',
    'limit=x',
    'sort=sideways',
  ]
  await eachList(async (path, caller) => {
    for (const query of wrong) {
      const { status, body } = await caller.get(`${path}?${query}`)
      expect([path, query, status, body.error?.code]).toEqual([path, query, 422, 'VALIDATION_ERROR'])
      expect(body.error.details).toMatchObject({ in: 'query', problems: [{ path: `/${query.split('=')[0]}` }] })
    }
    expect((await caller.get(`${path}?page=100&limit=100`)).body.meta.page).toBe(100)
    const far = await caller.get(`${path}?page=101&limit=100`)
    // A statement is one customer's, and paged to its end.
    if (path === '/wallet/transactions') expect(far.body.meta.page).toBe(101)
    else expect([path, far.body.error?.details?.problems?.[0]?.path]).toEqual([path, '/page'])
  })
})

test('every list refuses a filter it does not know, and a known one with a value it does not know', async () => {
  await eachList(async (path, caller, { parameters }) => {
    const misspelt = await caller.get(`${path}?stauts=ACTIVE`)
    expect([path, misspelt.status]).toEqual([path, 422])
    expect(misspelt.body.error.details.problems).toEqual([{ path: '/stauts', message: 'Not a known name' }])
    for (const { name, schema } of parameters.filter(({ schema }) => schema?.enum)) {
      const { status, body } = await caller.get(`${path}?${name}=NONSENSE`)
      expect([path, name, status]).toEqual([path, name, 422])
      const message = `Expected one of ${schema?.enum?.join(', ')}`
      expect(body.error.details.problems).toEqual([{ path: `/${name}`, message }])
    }
  })
})

test('a name that stands in a query twice is 422 and named, on every route that anyone or a customer may read', async () => {
  const { customer } = await system()
  const caller = await customer()
  const reads = (await operationsOf()).filter(
    ({ method, path, access }) =>
      method === 'get' && !path.includes('{') && (access === 'public' || access === 'customer'),
  )
  expect(reads.length).toBeGreaterThan(10)
  for (const { path } of reads) {
    for (const query of ['page=1&page=2', '%70age=1&limit=5&page=1', 'page=1&page=1']) {
      const { status, body } = await caller.get(`${path}?${query}`)
      expect([path, query, status, body.error?.details]).toEqual([
        path,
        query,
        422,
        { in: 'query', problems: [{ path: '/page', message: 'Expected once' }] },
      ])
    }
  }
})

test('a name in a query twice is refused where something is written too', async () => {
  const { customer } = await system()
  const { status } = await (await customer()).put('/subscriptions/none/renew?periodEnd=a&periodEnd=b')
  expect(status).toBe(422)
})
