import { expect, test } from 'bun:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { sharedSystem } from '../support/system'
import { operationsOf } from './openapi-document'

const system = sharedSystem()
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const executablePath = process.env.CHROMIUM ?? names.map((name) => Bun.which(name)).find(Boolean) ?? undefined
const longMs = 300_000

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  '--disable-extensions',
  '--no-proxy-server',
  // Nothing but our own address resolves: a page that wanted a CDN could not have it.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
]

/** What a page asked for and complained of while it was looked at. */
interface Visit {
  page: Page
  asked: string[]
  complaints: string[]
}

async function visit(browser: Browser, url: string): Promise<Visit> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } })
  const asked: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`fault: ${error.message}`))
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`))
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`)
  })
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
    )
  })
  await page.goto(url)
  return { page, asked, complaints }
}

// Said, not silent: a run without a browser shows this test as skipped.
test.skipIf(!executablePath)(
  'Swagger UI shows every operation, from our own files alone, and calls a route with a token',
  async () => {
    const { url, customer } = await system()
    const { accessToken, email } = await customer()
    const browser = await chromium.launch({ executablePath, args: quiet })
    try {
      const { page, asked, complaints } = await visit(browser, `${url}/`)
      expect(page.url()).toBe(`${url}/docs`)
      await page.waitForSelector('.opblock-tag')
      expect(await page.title()).toBe('MinisPod API')

      for (const heading of await page.locator('.opblock-tag').all()) {
        if ((await heading.getAttribute('data-is-open')) !== 'true') await heading.click()
      }
      const operations = await operationsOf()
      await page.waitForFunction((wanted) => document.querySelectorAll('.opblock').length === wanted, operations.length)
      const shown = await page.locator('.opblock-summary-path').allInnerTexts()
      const plain = (path: string) => path.replaceAll(/[^\w/{}.-]/g, '')
      expect(shown.map(plain).toSorted()).toEqual(operations.map(({ path }) => path).toSorted())

      await tryOut(page, 'catalog_categories')
      const answer = await answerOf(page, 'catalog_categories')
      expect(answer.status).toBe('200')
      expect(answer.body).toContain('"slug": "automation"')

      await tryOut(page, 'auth_me')
      expect((await answerOf(page, 'auth_me')).status).toBe('401')
      const refusals = blockOf(page, 'auth_me').locator('.responses-table:not(.live-responses-table) .response.folded')
      const folded = await refusals.count()
      expect(folded).toBeGreaterThan(3)
      await refusals.first().click()
      expect(await refusals.count()).toBe(folded - 1)
      expect(await page.locator('.operation-filter-input').count()).toBe(1)
      await authorize(page, accessToken)
      await blockOf(page, 'auth_me').locator('.execute').click()
      await statusOf(page, 'auth_me').filter({ hasText: '200' }).waitFor()
      expect((await answerOf(page, 'auth_me')).body).toContain(email)

      const elsewhere = asked.filter((address) => !address.startsWith(`${url}/`) && !address.startsWith('data:'))
      expect(elsewhere).toEqual([])
      // The one refusal is the call without a token, which was meant.
      const unwanted = complaints.filter((complaint) => !complaint.includes('401'))
      expect(unwanted).toEqual([])
      if (process.env.SCREENSHOT_DIR) {
        await page.screenshot({ path: `${process.env.SCREENSHOT_DIR}/swagger-ui.png` })
      }
    } finally {
      await browser.close()
    }
  },
  longMs,
)

const blockOf = (page: Page, operationId: string) => page.locator(`.opblock[id$="-${operationId}"]`)

const answerRow = (page: Page, operationId: string) =>
  blockOf(page, operationId).locator('.live-responses-table .response').first()

const statusOf = (page: Page, operationId: string) => answerRow(page, operationId).locator('.response-col_status')

async function tryOut(page: Page, operationId: string): Promise<void> {
  const block = blockOf(page, operationId)
  await block.locator('.opblock-summary-control').click()
  await block.locator('.execute').click()
  await statusOf(page, operationId).waitFor()
}

async function answerOf(page: Page, operationId: string): Promise<{ status: string; body: string }> {
  const status = (await statusOf(page, operationId).innerText()).trim().slice(0, 3)
  return { status, body: await answerRow(page, operationId).locator('.highlight-code').first().innerText() }
}

async function authorize(page: Page, token: string): Promise<void> {
  await page.locator('.auth-wrapper .authorize').first().click()
  await page.locator('.modal-ux input').fill(token)
  await page.locator('.modal-ux .auth-btn-wrapper .authorize').click()
  await page.locator('.modal-ux .btn-done').click()
}

test('the pages of Swagger UI name no other address, and say what a browser may load', async () => {
  const { url } = await system()
  const page = await fetch(`${url}/docs`)
  const policy = page.headers.get('content-security-policy')!
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self';")
  expect(policy).not.toMatch(/https?:|\*|unsafe-eval/)
  expect(await page.text()).not.toMatch(/https?:\/\//)
  for (const [file, type] of [
    ['swagger-ui.css', 'text/css;charset=utf-8'],
    ['swagger-ui-bundle.js', 'text/javascript;charset=utf-8'],
    ['start.js', 'text/javascript;charset=utf-8'],
    ['favicon.png', 'image/png'],
  ] as const) {
    const response = await fetch(`${url}/docs/${file}`)
    expect([file, response.status, response.headers.get('content-type')]).toEqual([file, 200, type])
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect((await response.bytes()).length).toBeGreaterThan(100)
  }
  expect(await (await fetch(`${url}/docs/start.js`)).text()).not.toMatch(/https?:\/\//)
})
