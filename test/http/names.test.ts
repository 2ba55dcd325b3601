import { describe, expect, test } from 'bun:test'
import { sharedSystem } from '../support/system'

const system = sharedSystem()

const hostile: [what: string, name: string][] = [
  ['a line break', 'Budi\r\nBcc: everybody@example.com'],
  ['a tab', 'Budi\tSantoso'],
  ['an escape', 'Budi\u001b[2J'],
  ['a control character of the upper half', 'Budi\u0085'],
  ['a line separator', 'Budi\u2028'],
  ['an override of direction', 'Budi \u202egpj.exe'],
  ['an isolate', 'Budi \u2066x\u2069'],
  ['nothing but spaces', '   '],
]
const honest = ['Budi', 'Siti Nur‑Aisyah', 'José Ñ', '陳大文', 'علی‌رضا', 'मोहन', 'O’Neil 🧀', "d'Arc"]

describe('a name', () => {
  for (const [what, name] of hostile) {
    test(`with ${what} is refused wherever one is given`, async () => {
      const { anybody, customer, plan } = await system()
      const siti = await customer({ balance: 1_000 })
      const { id } = await plan({ price: 1_000 })
      const account = { email: 'new@example.com', password: 'correct horse battery staple' }
      const answers = {
        register: await anybody.post('/auth/register', { ...account, name }),
        profile: await siti.patch('/auth/me', { name }),
        token: await siti.post('/auth/tokens', { name, scopes: ['read'] }),
        subscription: await siti.post('/subscriptions', { planId: id, name }),
      }
      for (const [place, { status, body }] of Object.entries(answers)) {
        expect([place, status, body.error?.details?.problems?.[0]?.path]).toEqual([place, 422, '/name'])
      }
    })
  }

  test('of any script and with any mark that people have in theirs is taken as it is', async () => {
    const { customer } = await system()
    const siti = await customer()
    for (const name of honest) {
      const { status, body } = await siti.patch('/auth/me', { name })
      expect([status, body.data?.name]).toEqual([200, name])
    }
  })
})
