import { expect, test } from 'bun:test'
import { renderExample } from '../../src/features/mails/outbox'
import { templateNames } from '../../src/features/mails/texts'

const context = {
  publicUrl: 'https://minispod.example',
  timeZone: 'Asia/Jakarta',
  brand: { name: 'Warung Awan', storeUrl: 'https://warung.example', support: 'bantuan@warung.example' },
}

// Whoever changes what a customer reads sees it here, word by word: `bun test test/mails/golden.test.ts --update-snapshots`.
test.each(templateNames.flatMap((template) => [[template, 'id'] as const, [template, 'en'] as const]))(
  '%s in %s reads as it did',
  (template, locale) => {
    const { subject, text } = renderExample(template, locale, context)
    expect(`${subject}\n\n${text}`).toMatchSnapshot()
  },
)

test('the HTML of a mail with everything in it looks as it did', () => {
  const logoUrl = 'https://cdn.example/logo.png'
  const full = { ...context, brand: { ...context.brand, logoUrl }, unsubscribeUrl: 'https://minispod.example/stop' }
  expect(renderExample('app-ready', 'en', full).html).toMatchSnapshot()
})
