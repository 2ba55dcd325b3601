import { describe, expect, test } from 'bun:test'
import { findSvgProblem } from '../../src/features/catalog/icons/check-svg'
import { icons } from '../../src/features/catalog/tables'
import { templates } from '../../src/templates'
import { categoryIcons, letterTile, letterTiles, templateIcons } from '../../src/templates/icons'
import { seedCatalog } from '../../src/templates/seed'
import { sharedSystem } from '../support/system'

const system = sharedSystem()
const any = { 'if-match': '*' }
const svg = (body: string): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">${body}</svg>`
const drawing = svg(
  '<title>Ours</title><g fill="none" stroke="#fff"><path d="M1 1h7v7z"/></g><text x="1" y="2">A</text>',
)

test('every template and category of the seed has a small drawing that would be taken from anybody', () => {
  for (const { name } of templates) expect([name, templateIcons[name]]).toEqual([name, expect.any(String)])
  for (const { slug, icon } of seedCatalog()) expect(categoryIcons[slug]).toBe(icon)
  const all = [...Object.values(templateIcons), ...Object.values(categoryIcons), ...letterTiles()]
  for (const icon of all) expect([icon.length < 1_536, findSvgProblem(icon)]).toEqual([true, undefined])
  for (const name of ['Kopi', 'Äpfel', '日本', '', '9 lives', '🙂']) expect(letterTiles()).toContain(letterTile(name))
})

test('the catalog names an icon for everything, which shows the same for ever and can load nothing', async () => {
  const { anybody } = await system()
  for (const { slug, iconUrl } of (await anybody.get('/catalog/categories')).body.data) {
    const { data } = (await anybody.get(`/catalog/categories/${slug}/services`)).body
    for (const url of [iconUrl, ...data.map((service: { iconUrl: string }) => service.iconUrl)]) {
      const answer = await fetch(new URL(url, (await system()).url))
      expect(answer.status).toBe(200)
      expect(findSvgProblem(await answer.text())).toBeUndefined()
      expect(answer.headers.get('content-type')).toBe('image/svg+xml')
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(answer.headers.get('content-security-policy')).toStartWith("default-src 'none'; sandbox")
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    }
  }
  expect((await anybody.get(`/catalog/icons/${'0'.repeat(32)}.svg`)).status).toBe(404)
})

test('an operator puts in an icon, another one and none; what nothing shows any more goes', async () => {
  const { admin: signIn, anybody, parts } = await system()
  const admin = await signIn()
  const words = { name: 'Drawn', description: 'With icons' }
  const made = (await admin.post('/admin/categories', { slug: 'drawn', ...words, icon: drawing })).body.data
  const service = (
    await admin.post('/admin/services', {
      slug: 'drawn',
      categoryId: made.id,
      ...words,
      templateName: 'memos',
      icon: drawing,
    })
  ).body.data
  expect(service.iconUrl).toBe(made.iconUrl)
  const path = made.iconUrl.slice('/api'.length)
  expect((await anybody.get(path)).body).toBe(drawing)
  const kept = async () =>
    (await parts.db.read.select().from(icons).all()).filter((icon) => icon.svg === drawing).length
  expect(await kept()).toBe(1)
  const changed = (await admin.put(`/admin/services/${service.id}`, { icon: null }, any)).body.data
  expect(changed.iconUrl).not.toBe(made.iconUrl)
  expect(changed.version).toBe(service.version + 1)
  expect((await admin.put(`/admin/services/${service.id}`, { icon: null }, any)).body.data.version).toBe(
    changed.version,
  )
  expect(await kept()).toBe(1)
  await admin.put(`/admin/categories/${made.id}`, { icon: svg('<circle cx="1" cy="1" r="1"/>') }, any)
  expect(await kept()).toBe(0)
  expect((await anybody.get(path)).status).toBe(404)
  const shown = (await anybody.get('/catalog/categories')).body.data.find(
    ({ slug }: { slug: string }) => slug === 'drawn',
  )
  expect((await anybody.get(shown.iconUrl.slice('/api'.length))).body).toContain('<circle')
  await admin.delete(`/admin/services/${service.id}`, undefined, any)
  await admin.delete(`/admin/categories/${made.id}`, undefined, any)
  expect((await anybody.get(shown.iconUrl.slice('/api'.length))).status).toBe(404)
})

describe('no drawing is taken that', () => {
  const root = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
  const refused: Record<string, string> = {
    'has a sign that XML has not': svg('<text>a\u0001b</text>'),
    'has half a sign': svg('<text>\uD800</text>'),
    'has the end of a CDATA section': svg('<text>a]]>b</text>'),
    'has a script': svg('<script>alert(1)</script>'),
    'has a style': svg('<style>*{fill:red}</style>'),
    'has a style of an element': svg('<path style="fill:red" d="M0 0"/>'),
    'hears an event': svg('<path onclick="alert(1)" d="M0 0"/>'),
    'hears an event at its root': drawing.replace('<svg', '<svg onload="alert(1)"'),
    'links elsewhere': svg('<a href="https://example.com"><path d="M0 0"/></a>'),
    'shows another file': svg('<image href="https://example.com/x.png"/>'),
    'uses another element': svg('<use xlink:href="#x"/>'),
    'holds a page': svg('<foreignObject><body/></foreignObject>'),
    'paints with an address': svg('<path fill="url(https://example.com/x)" d="M0 0"/>'),
    'paints with a relative address': svg('<path fill="url(x.svg)" d="M0 0"/>'),
    'moves by itself': svg('<animate attributeName="x"/>'),
    'has an entity': svg('<title>&amp;</title>'),
    'has an entity in a value': svg('<path d="&#77;0 0"/>'),
    'has a document type': `<!DOCTYPE svg [<!ENTITY x "y">]>${drawing}`,
    'has a declaration': `<?xml version="1.0"?>${drawing}`,
    'has a comment': svg('<!-- x -->'),
    'has CDATA': svg('<![CDATA[<script>]]>'),
    'has words where none are said': svg('hello'),
    'has words after its end': `${drawing}hello`,
    'has two roots': drawing + drawing,
    'holds another one': svg(drawing),
    'is not closed': root,
    'is closed otherwise': `${root}<g></svg></g>`,
    'says an attribute twice': svg('<path d="M0 0" d="M1 1"/>'),
    'has a value without quotes': svg('<path d=M0/>'),
    'joins two attributes': svg('<rect x="1"y="1"/>'),
    'has no name of its own': drawing.replace(/ xmlns="[^"]*"/, ''),
    'has another name': drawing.replace('2000', '1999'),
    'has no view': drawing.replace(/ viewBox="[^"]*"/, ''),
    'is in another space': '<x:svg xmlns:x="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>',
    'writes an element in capitals': drawing.replaceAll('svg>', 'SVG>'),
    'is too deep': svg(`${'<g>'.repeat(16)}${'</g>'.repeat(16)}`),
    'is nothing': '',
    'is a word': 'svg',
    'ends in a tag': `${root}<path d="M0 0"`,
    'ends in a value': `${root}<path d="M0 0`,
  }
  for (const [what, text] of Object.entries(refused)) {
    test(what, () => expect(findSvgProblem(text)).toMatch(/^Not a drawing that is taken, at character \d+: /))
  }

  test('a refusal says where, in both languages', async () => {
    const admin = await (await system()).admin()
    const body = { slug: 'not-drawn', name: 'X', description: 'X', icon: svg('<script/>') }
    const at = body.icon.indexOf('script') + 1
    const { status, body: english } = await admin.post('/admin/categories', body)
    expect(status).toBe(422)
    const problem = (message: string) => [{ path: '/icon', message }]
    expect(english.error.details.problems).toEqual(
      problem(`Not a drawing that is taken, at character ${at}: <script> is not taken`),
    )
    const { body: id } = await admin.post('/admin/categories', body, { 'accept-language': 'id' })
    expect(id.error.details.problems).toEqual(
      problem(`Bukan gambar yang diterima, pada karakter ${at}: <script> tidak diterima`),
    )
  })
})

test('every drawing that is cut, or has a sign exchanged, is judged without a fault', () => {
  const signs = ['<', '>', '"', "'", '&', '/', '=', ' ', '\u0000', 'x', '\ud800']
  for (let at = 0; at <= drawing.length; at++) {
    if (at < drawing.length) expect(findSvgProblem(drawing.slice(0, at))).toBeString()
    for (const sign of signs) findSvgProblem(drawing.slice(0, at) + sign + drawing.slice(at + 1))
  }
})
