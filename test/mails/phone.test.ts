import { expect, test } from 'bun:test'
import { type Browser, chromium } from 'playwright-core'
import { render } from '../../src/features/mails'
import { renderExample } from '../../src/features/mails/outbox'
import { templateNames } from '../../src/features/mails/texts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const executablePath = process.env.CHROMIUM ?? names.map((name) => Bun.which(name)).find(Boolean) ?? undefined
const longMs = 300_000

const context = {
  publicUrl: 'https://minispod.example',
  timeZone: 'Asia/Jakarta',
  brand: { name: 'Warung Awan', storeUrl: 'https://warung.example', support: 'bantuan@warung.example' },
  unsubscribeUrl: `https://minispod.example/api/mail-preferences/unsubscribe?token=usr_1.${'x'.repeat(60)}`,
}

const unbroken = 'x'.repeat(90)
const longest = render(
  'app-ready',
  'id',
  { name: unbroken, service: unbroken, billingId: 'BILL-101', url: `https://${unbroken}.example/${unbroken}` },
  { ...context, brand: { ...context.brand, name: unbroken } },
)
const all = (locale: 'id' | 'en') => [
  ...templateNames.map((template) => ({ of: template, ...renderExample(template, locale, context) })),
  { of: 'the longest', ...longest },
]

type Look = Parameters<Browser['newPage']>[0]

/** What is too wide for its page, and what can hardly be told from what it stands on. */
async function faultsOf(browser: Browser, look: Look, locale: 'id' | 'en'): Promise<string[]> {
  const page = await browser.newPage(look)
  const faults: string[] = []
  for (const { of, html } of all(locale)) {
    await page.setContent(html)
    const { over, contrast } = await page.evaluate(() => {
      const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number)
      const luminance = (colour: string) => {
        const [r = 0, g = 0, b = 0] = channels(colour).map((value) => {
          const part = value / 255
          return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
        })
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
      }
      const groundOf = (element: Element | null): string => {
        const colour = element ? getComputedStyle(element).backgroundColor : 'rgb(255, 255, 255)'
        return colour === 'rgba(0, 0, 0, 0)' ? groundOf(element?.parentElement ?? null) : colour
      }
      const ratios = [...document.querySelectorAll('p, td td, a')].map((element) => {
        const [a, b] = [luminance(getComputedStyle(element).color), luminance(groundOf(element))]
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
      })
      const { scrollWidth, clientWidth } = document.documentElement
      return { over: scrollWidth - clientWidth, contrast: Math.min(...ratios) }
    })
    if (over > 0) faults.push(`${of} is ${over} pixels too wide`)
    // As WCAG asks of text.
    if (contrast < 4.5) faults.push(`${of} has a contrast of ${contrast.toFixed(1)}`)
  }
  await page.close()
  return faults
}

// Said, not silent: a run without a browser shows this test as skipped.
test.skipIf(!executablePath)(
  'every mail can be read on a phone and at a desk, by day and by night',
  async () => {
    const browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--no-proxy-server'],
    })
    try {
      for (const width of [320, 1280]) {
        for (const colorScheme of ['light', 'dark'] as const) {
          const look = { viewport: { width, height: 600 }, colorScheme }
          for (const locale of ['id', 'en'] as const)
            expect({ width, colorScheme, locale, faults: await faultsOf(browser, look, locale) }).toMatchObject({
              faults: [],
            })
        }
      }
    } finally {
      await browser.close()
    }
  },
  longMs,
)
