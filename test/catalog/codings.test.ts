import { describe, expect, test } from 'bun:test'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { KeptPage } from '../../src/features/catalog/kept-page'
import { codingOf } from '../../src/http/content-coding'
import { sharedSystem } from '../support/system'

const system = sharedSystem()
const pages = [
  '/catalog/services/n8n',
  '/catalog/categories/databases/services',
  '/catalog/search?q=blog',
  '/catalog/categories',
]
const decoders: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  zstd: zstdDecompressSync,
}

/** The very bytes, which fetch would unpack. */
const get = async (url: string, headers: Record<string, string>) => {
  const answer = await fetch(url, { headers, decompress: false })
  return { answer, bytes: new Uint8Array(await answer.arrayBuffer()) }
}

describe.each(pages)('%s', (path) => {
  test.each(Object.keys(decoders))('is sent as %s where it is asked for, from bytes that are kept', async (coding) => {
    const url = `${(await system()).url}/api${path}`
    const plain = await get(url, { 'accept-encoding': 'identity' })
    expect(plain.answer.headers.get('content-encoding')).toBeNull()
    for (let time = 0; time < 3; time++) {
      const { answer, bytes } = await get(url, { 'accept-encoding': `${coding}, identity;q=0.1` })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-encoding')).toBe(coding)
      expect(answer.headers.get('vary')).toBe('accept-language, accept-encoding')
      expect(answer.headers.get('cache-control')).toBe('public, no-cache')
      expect(answer.headers.get('etag')).not.toBe(plain.answer.headers.get('etag'))
      expect(bytes.length).toBeLessThan(plain.bytes.length)
      expect(Buffer.from(decoders[coding]!(bytes))).toEqual(Buffer.from(plain.bytes))
    }
  })

  test('whoever has it in any coding is told so', async () => {
    const url = `${(await system()).url}/api${path}`
    const tags = await Promise.all(
      ['identity', 'br', 'gzip', 'zstd'].map(async (coding) => {
        const { answer } = await get(url, { 'accept-encoding': coding })
        return answer.headers.get('etag')!
      }),
    )
    expect(new Set(tags).size).toBe(4)
    for (const tag of [...tags, `"other", W/${tags[1]}`, '*'])
      expect([tag, (await get(url, { 'accept-encoding': 'gzip', 'if-none-match': tag })).answer.status]).toEqual([
        tag,
        304,
      ])
    expect((await get(url, { 'if-none-match': `${tags[0]!.slice(0, -1)}x"` })).answer.status).toBe(200)
  })
})

test('a hundred who ask at once for a page that is not compressed yet all get it', async () => {
  const url = `${(await system()).url}/api/catalog/categories/websites/services`
  const answers = await Promise.all(Array.from({ length: 100 }, () => get(url, { 'accept-encoding': 'zstd' })))
  expect(
    new Set(answers.map(({ answer, bytes }) => `${answer.headers.get('content-encoding')} ${bytes.length}`)).size,
  ).toBe(1)
})

test.each([
  [null, undefined],
  ['', undefined],
  ['identity', undefined],
  ['gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, deflate, zstd', 'zstd'],
  ['br;q=0.5, gzip;q=0.8', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['gzip;q=0', undefined],
  ['*', 'br'],
  ['*;q=0.1, gzip;q=0.5', 'gzip'],
  ['identity, gzip;q=0.5', undefined],
  ['identity;q=0.5, gzip;q=0.5', 'gzip'],
  ['gzip;q=2', undefined],
  ['gzip;q=nonsense', undefined],
  ['sdch, compress', undefined],
  [`${'a,'.repeat(200)}gzip`, undefined],
])('of %p it is %p', (accepted, coding) => {
  const headers = accepted === null ? undefined : { 'accept-encoding': accepted }
  expect(codingOf(new Request('http://localhost/', { headers }))).toBe(coding as never)
})

test('a long page is compressed off the thread, once, and sent plain until it is', async () => {
  let grown = 0
  const page = new KeptPage('word '.repeat(20_000), (bytes) => {
    grown += bytes
  })
  const request = new Request('http://localhost/', { headers: { 'accept-encoding': 'gzip' } })
  const plainBytes = page.bytes
  expect(page.answerNow(request)).toBeUndefined()
  expect(page.answerPlain().headers.get('content-encoding')).toBeNull()
  await Promise.all([page.prepare(request), page.prepare(request), page.prepare(request)])
  const answer = page.answerNow(request)!
  expect(answer.headers.get('content-encoding')).toBe('gzip')
  const bytes = new Uint8Array(await answer.arrayBuffer())
  expect(gunzipSync(bytes).length).toBe(plainBytes)
  expect([grown, page.bytes]).toEqual([bytes.length, plainBytes + bytes.length])
})
