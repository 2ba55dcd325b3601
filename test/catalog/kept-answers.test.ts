import { expect, test } from 'bun:test'
import { sendRaw } from '../http/raw-request'
import { sharedSystem, startSystem } from '../support/system'

const system = sharedSystem()
const page = '/api/catalog/services/n8n'

/** The first call finds the page by its route, the second by its path alone. */
const twice = async (url: string, init?: RequestInit) => {
  const [first, second] = [await fetch(url, init), await fetch(url, init)]
  expect(await second.text()).toBe(await first.text())
  const headersOf = ({ headers }: Response) =>
    [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date').sort()
  expect([second.status, headersOf(second)]).toEqual([first.status, headersOf(first)])
  expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'))
  return second
}

test('a page is the same again, however its path is written', async () => {
  const { url } = await system()
  const tags = new Set<string | null>()
  for (const path of [page, `${page}/`, '/api/catalog/services/n%38n', '/api/v1/catalog/services/n8n']) {
    const answer = await twice(url + path)
    expect([path, answer.status]).toEqual([path, 200])
    tags.add(answer.headers.get('etag'))
  }
  expect(tags.size).toBe(1)
  expect((await fetch(`${url}${page}?x=1&x=2`)).status).toBe(422)
})

test('each caller gets their language, a head or a 304', async () => {
  const { url } = await system()
  const languages = { en: 'Automation', id: 'Otomasi' }
  for (let round = 0; round < 3; round++) {
    for (const [language, word] of Object.entries(languages)) {
      const headers = { 'accept-language': language }
      expect(await (await fetch(`${url}/api/catalog/categories`, { headers })).text()).toContain(word)
    }
  }
  const etag = (await twice(url + page)).headers.get('etag')!
  expect((await twice(url + page, { headers: { 'if-none-match': etag } })).status).toBe(304)
  expect(await (await twice(url + page, { method: 'HEAD' })).text()).toBe('')
  expect((await fetch(url + page, { method: 'POST' })).status).toBe(405)
})

test('a kept page stands in the log by its route, and only under its own path', async () => {
  const { url, logged } = await system()
  const answer = await twice(url + page)
  expect(logged.find(({ requestId }) => requestId === answer.headers.get('x-request-id'))).toMatchObject({
    route: '/api/catalog/services/:serviceSlug',
    status: 200,
  })
  for (const target of [`/x/..${page}`, `/x\\..${page}`, `${page}/.`]) {
    const { status } = await sendRaw(url, `GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
    expect([target, status]).toEqual([target, 400])
  }
})

test('whoever used up their calls is refused a kept page as well', async () => {
  const limited = await startSystem({ environment: { RATE_LIMITS: '1' }, ticks: () => 5 })
  try {
    await twice(limited.url + page)
    const nowhere = Array.from({ length: 1_201 }, () => fetch(`${limited.url}/api/catalog/services/nothing`))
    for (const answer of await Promise.all(nowhere)) await answer.text()
    expect((await fetch(limited.url + page)).status).toBe(429)
  } finally {
    await limited.close()
  }
})
