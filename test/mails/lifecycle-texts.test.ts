import { expect, test } from 'bun:test'
import type { MailData, TemplateName } from '../../src/features/mails'
import { render } from '../../src/features/mails'
import { templates } from '../../src/features/mails/texts'

const context = {
  publicUrl: 'https://minispod.example',
  timeZone: 'Asia/Jakarta',
  brand: { name: 'Warung Awan', storeUrl: 'https://warung.example' },
}

/** The example in both languages, with something else in it. */
function said<T extends TemplateName>(template: T, other: Partial<MailData[T]> = {}) {
  const data: MailData[T] = { ...templates[template].example, ...other }
  return [render(template, 'id', data, context), render(template, 'en', data, context)] as const
}

test('a reminder tells the four sorts of customers apart', () => {
  const [enough] = said('renewal-reminder', { balance: 55_500 })
  expect(enough.subject).toBe('n8n diperpanjang 1 Feb 2030 seharga Rp 55.500')
  expect(enough.text).toContain('Tidak ada yang perlu Anda lakukan')
  const [, short] = said('renewal-reminder', { balance: 55_499 })
  expect(short.subject).toBe('Your balance is too low to renew n8n on 1 Feb 2030')
  expect(short.text).toContain('Top up at least Rp 1 before 1 February 2030')
  expect(short.text).toContain('runs on until 4 February 2030')
  const [, byHand] = said('renewal-reminder', { autoRenew: false, daysLeft: 1 })
  expect(byHand.text).toContain('paid for 1 day more, and automatic renewal is off')
  for (const ending of said('renewal-reminder', { ends: true, autoRenew: false })) {
    expect(ending.text).not.toContain('Rp')
    expect(ending.subject).toContain('1 Feb 2030')
  }
})

test('without a known end of grace a reminder names none', () => {
  for (const { text } of said('renewal-reminder', { graceUntil: null })) expect(text).not.toContain('4 Feb')
})

test('who renews by hand is not told to wait for it to happen by itself', () => {
  const [, automatic] = said('renewal-failed')
  expect(automatic.text).toContain('it renews by itself')
  const [, byHand] = said('renewal-failed', { autoRenew: false, balance: 500_000 })
  expect(byHand.text).toContain('Renew it for Rp 55.500 in your account')
  expect(byHand.text).not.toContain('by itself')
})

test('a suspension by us asks for no money and says why', () => {
  for (const { text } of said('subscription-suspended', { by: 'admin', due: null, endsAt: null, reason: 'Spam' })) {
    expect(text).toContain('Spam')
    expect(text).not.toMatch(/Rp|Bayar|Pay/)
  }
})

test('an unpaid one that renews by itself asks for a top-up alone', () => {
  const [, automatic] = said('subscription-suspended')
  expect(automatic.text).toContain('by topping up: as soon as the balance is enough it renews by itself')
  const [, byHand] = said('subscription-suspended', { autoRenew: false })
  expect(byHand.text).toContain('by topping up and renewing it in your account')
})

test('an unpaid one of an unknown sum and end is still a sentence', () => {
  for (const { text } of said('subscription-suspended', { due: undefined, endsAt: undefined }))
    expect(text).not.toMatch(/undefined|Rp| {2}/)
})

test('what can no longer be restored is not offered', () => {
  for (const { text } of said('subscription-expired', { restorePrice: null })) {
    expect(text).toContain('18 Feb')
    expect(text).not.toContain('Rp')
  }
})

test('a booked change that came with the renewal is told with it, and only then', () => {
  for (const { text } of said('subscription-renewed')) expect(text).toContain('Business')
  for (const { text } of said('subscription-renewed', { fromPlan: null })) expect(text).not.toContain('Business')
})

test('each reason for which a change was not made is said in words', () => {
  const reasons = ['sold-out', 'retired', 'too-small', 'cluster'] as const
  const all = reasons.flatMap((reason) => said('change-not-made', { reason }).map(({ text }) => text))
  expect(new Set(all).size).toBe(8)
  for (const text of all) expect(text).not.toContain('undefined')
})

test('the customer is led to the shop where there is one, an administrator to the documentation', () => {
  expect(said('renewal-failed')[0].html).toContain('href="https://warung.example"')
  const here = render('renewal-failed', 'id', templates['renewal-failed'].example, { ...context, brand: { name: 'W' } })
  expect(here.html).toContain('href="https://minispod.example"')
  expect(said('provisioning-alert')[0].text).toContain('https://minispod.example/docs#/Users/admin_user')
})
