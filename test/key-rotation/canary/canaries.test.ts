import { expect, test } from 'bun:test'
import { Canaries, newCanary } from './canaries'

const secret = newCanary('secret')
const bytes = Buffer.from(secret)

test.each<[string, string]>([
  ['as it is', secret],
  ['in hex', bytes.toString('hex')],
  ['in base64, first in what follows', Buffer.from(`${secret}:and more`).toString('base64')],
  ['in base64 for URLs', bytes.toString('base64url')],
  ['encoded for a URL', encodeURIComponent('p/w "secret"')],
  ['escaped in JSON', JSON.stringify('p/w "secret"').slice(1, -1)],
])('a secret is found %s, in a text and in bytes, wherever it stands', (_, form) => {
  const canaries = new Canaries()
  canaries.add('first', secret)
  canaries.add('other', 'p/w "secret"')
  const name = form.includes('secret') && !form.includes(secret) ? ['other'] : ['first']
  for (const text of [form, `é${form}`, `${'x'.repeat(1_000)}${form}`, `${form}${form}y`]) {
    expect(canaries.findIn(text)).toEqual(name)
    expect(canaries.findIn(Buffer.from(text))).toEqual(name)
  }
  expect(canaries.findIn(form.slice(1))).toEqual([])
  expect(canaries.findIn(form.slice(0, 9))).toEqual([])
})

test('a secret is found in a value, as deep as an error in it goes', () => {
  const canaries = new Canaries()
  canaries.add('it', secret)
  expect(canaries.findInValue({ deep: [{ err: new Error(`no ${secret}`) }] })).toEqual(['it'])
})

test('a secret of a few characters is refused: it would be found anywhere', () => {
  expect(() => new Canaries().add('it', 'short')).toThrow('it is too short')
})
