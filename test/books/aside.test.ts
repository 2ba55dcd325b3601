import { afterAll, beforeAll, expect, test } from 'bun:test'
import { dirname } from 'node:path'
import { parseConfig } from '../../src/config'
import { verifyAside } from '../../src/features/books/verify-aside'
import { type Business, openBusiness } from './business'

let business: Business
beforeAll(async () => {
  business = await openBusiness()
})
afterAll(() => business.end())

const log = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} }
const configOf = (path: string) => parseConfig({ DATA_DIR: dirname(path), DATABASE_URL: `file:${path}` })
const aside = (path: string, signal = new AbortController().signal) =>
  verifyAside({ config: configOf(path), log }, signal)

test('a look from the side says nothing of sound books, names what is off, and says why it could not look', async () => {
  await aside(business.damaged(''))
  await expect(aside(business.damaged(`UPDATE plans SET used_quota = 2 WHERE id = 'small'`))).rejects.toThrow(
    /^plan small: 2 slots used, but 1 are held$/,
  )
  await expect(aside(`${business.damaged('')}.gone`)).rejects.toThrow(/^minispod: There is no database /)
})

test('it ends when it is told to, and the process with it', async () => {
  const aborting = new AbortController()
  const looking = aside(business.damaged(''), aborting.signal)
  setTimeout(() => aborting.abort(new Error('shutting down')), 20)
  await expect(looking).rejects.toThrow('shutting down')
})
