import { describe, expect, test } from 'bun:test'
import { renderExample } from '../../src/features/mails/outbox'
import { render } from '../../src/features/mails/render'
import { TemplateWord } from '../../src/features/mails/schema'
import { templateNames } from '../../src/features/mails/texts'
import { formatRupiah, wordsOf } from '../../src/lib/locale'

const context = { publicUrl: 'https://minispod.example', timeZone: 'Asia/Jakarta', brand: { name: 'Warung Awan' } }

const sayings = {
  welcome: { id: 'Akun Anda sudah siap', en: 'Your account is ready' },
  'top-up-received': { id: 'Saldo sekarang: Rp 200.000', en: 'Balance now: Rp 200.000' },
  'subscription-created': { id: 'Berlaku sampai: 1 Februari 2030', en: 'Runs until: 1 February 2030' },
  'app-ready': { id: 'Langkah pertama: Buka URL admin', en: 'First steps: Open the admin URL' },
  'app-failed': { id: 'Penyebab: Image aplikasi tidak dapat diunduh.', en: 'Cause: The app’s image' },
  'subscription-cancelled': { id: 'Dikembalikan ke dompet: Rp 50.000', en: 'Returned to your wallet: Rp 50.000' },
  'subscription-refunded': { id: 'Saldo sekarang: Rp 75.000', en: 'Balance now: Rp 75.000' },
  'subscription-upgraded': { id: 'Harga berikutnya: Rp 100.000', en: 'Price from then on: Rp 100.000' },
  'upgrade-undone': { id: 'Dikembalikan ke dompet: Rp 25.000', en: 'Returned to your wallet: Rp 25.000' },
  'update-undone': { id: 'Image aplikasi tidak dapat diunduh.', en: 'The app’s image can’t be pulled.' },
  'plan-changed': { id: 'Harga baru: Rp 60.000 per bulan', en: 'New size: 1000m CPU, 2048 MB memory' },
  'renewal-reminder': { id: 'Isi saldo paling sedikit Rp 35.500', en: 'Top up at least Rp 35.500' },
  'subscription-renewed': { id: 'Dibayar: Rp 55.500', en: 'Transaction: TXMP-108' },
  'renewal-failed': { id: 'Bayar sebelum: 4 Februari 2030', en: 'Pay before: 4 February 2030' },
  'subscription-suspended': { id: 'Bayar sebelum: 11 Februari 2030', en: 'Due: Rp 55.500' },
  'subscription-resumed': { id: 'Berlaku sampai: 5 Maret 2030', en: 'Runs until: 5 March 2030' },
  'subscription-expired': { id: 'Harga pemulihan: Rp 55.500', en: 'Data kept until: 18 February 2030' },
  'data-removal-soon': { id: 'Dihapus: 18 Februari 2030', en: 'Deleted on: 18 February 2030' },
  'data-removed': { id: 'Dihapus: 18 Februari 2030', en: 'Deleted: 18 February 2030' },
  'subscription-restored': { id: 'Saldo sekarang: Rp 44.500', en: 'Balance now: Rp 44.500' },
  'provisioning-refunded': { id: 'Dikembalikan ke dompet: Rp 55.500', en: 'Balance now: Rp 100.000' },
  'provisioning-alert': { id: 'Penyebab: Image aplikasi', en: 'Customer: siti@example.com' },
  'subscription-granted': { id: 'Tanpa biaya sampai: 1 Februari 2030', en: 'Free until: 1 February 2030' },
  'subscription-extended': { id: 'Berlaku sampai: 8 Februari 2030', en: 'Reason: Two days of maintenance' },
  'change-not-made': { id: 'Paket yang diminta: Starter', en: 'too small for your app' },
  'monthly-statement': { id: 'Saldo akhir bulan: Rp 139.000', en: 'Paid for subscriptions (2): -Rp 111.000' },
  'verify-email': { id: 'berlaku 48 jam', en: 'for 48 hours' },
  'reset-password': { id: 'berlaku satu jam', en: 'for one hour' },
  'top-up-reversed': { id: 'berikutnya: Rp 50.000', en: 'Owed, paid by your next top-up: Rp 50.000' },
  'refund-sent': { id: 'Nomor transaksi: TXMP-105', en: 'Transaction: TXMP-105' },
  'payment-alert': {
    id: 'Temuan: pembayaran kedua sebesar Rp 50.000 untuk satu pesanan',
    en: 'Finding: a second payment of Rp 50.000 for one order',
  },
  'password-changed': { id: 'Waktu: 15 Januari 2030', en: 'Time: 15 January 2030' },
  'email-changed': { id: 'memakai alamat surel lain', en: 'uses another e-mail address' },
  'account-closed': { id: 'Saldo yang dilepaskan: Rp 25.000', en: 'Balance given up: Rp 25.000' },
  'two-factor-changed': { id: 'Kode pemulihan tersisa: 9', en: 'Recovery codes left: 9' },
} as const

describe.each(templateNames)('%s', (template) => {
  test.each(['id', 'en'] as const)('in %s says its piece in subject, text and HTML', (locale) => {
    const mail = renderExample(template, locale, context)
    const greeting = locale === 'id' ? 'Halo Siti Rahayu,' : 'Hello Siti Rahayu,'
    expect(mail.text).toStartWith(greeting)
    expect(mail.html).toContain(greeting)
    expect(mail.html).toContain(`<html lang="${locale}">`)
    expect(mail.text).toContain(sayings[template][locale])
    expect(mail.html).toContain(sayings[template][locale].replace(/^.*: /, ''))
    expect(mail.text).toContain('https://minispod.example')
    expect(mail.subject).not.toBe('')
    for (const form of Object.values(mail)) expect(form).not.toMatch(/undefined|null|NaN|\[object/)
  })

  test('differs between the languages', () => {
    expect(renderExample(template, 'id', context).subject).not.toBe(renderExample(template, 'en', context).subject)
  })
})

test('what a person has typed is text in the HTML, whatever it looks like', () => {
  const evil = `<img src=x onerror="alert('1')">&`
  const { html, text } = render(
    'app-ready',
    'en',
    { name: evil, service: evil, url: 'https://a.example/?a=1&b="2"' },
    context,
  )
  expect(html).not.toContain('<img')
  expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;')
  expect(html).toContain('href="https://a.example/?a=1&amp;b=&quot;2&quot;"')
  expect(text).toContain(evil)
})

test('a link that is no web address is never one to click', () => {
  const { html } = render('app-ready', 'en', { service: 'n8n', url: 'javascript:alert(1)' }, context)
  expect(html).not.toContain('href=')
})

test('a line break in a name begins no header and no line of its own', () => {
  const { subject, text } = render(
    'app-ready',
    'en',
    { service: 'n8n\r\nBcc: all@example.com', url: 'https://a.example' },
    context,
  )
  expect(subject).toBe('Your n8n Bcc: all@example.com is ready')
  expect(text).not.toMatch(/^Bcc/m)
})

test('an administrator is led to what needs them, and hears in their language what became of it', () => {
  const data = { transaction: 'TXMP-1', orderId: 'TXMP-1-a', finding: 'paid Rp 10.000, not Rp 50.000; now refunded' }
  const about = (caseId?: string) => render('payment-alert', 'id', { ...data, caseId }, context)
  expect(about('case_01').text).toContain('https://minispod.example/docs#/Payments/admin_payment_cases')
  expect(about('case_01').text).toContain('Kasus: case_01')
  expect(about().text).toContain('https://minispod.example/docs#/Payments/admin_top_ups')
  expect(about().text).toContain('Temuan: dibayar Rp 10.000, seharusnya Rp 50.000; kini berstatus refunded')
})

test('why an upgrade was taken back is said in the person’s language', () => {
  expect(renderExample('upgrade-undone', 'id', context).text).toContain('Saat ini tidak ada node')
  expect(renderExample('upgrade-undone', 'en', context).text).toContain('could not run on Business')
})

test('a mail of an older version, without a number and first steps, is read as before', () => {
  const { text } = render('app-ready', 'id', { service: 'n8n', url: 'https://a.example' }, context)
  expect(text).not.toMatch(/Nomor tagihan|Langkah pertama|Halaman admin/)
})

test('a person without a name is greeted all the same', () => {
  expect(render('app-failed', 'id', { service: 'n8n', reason: 'x' }, context).text).toStartWith('Halo,\n')
})

test('the same data give the same bytes', () => {
  expect(renderExample('subscription-created', 'id', context)).toEqual(
    renderExample('subscription-created', 'id', context),
  )
})

test('rupiah are grouped by dots', () => {
  expect([0, 999, 50_000, 1_234_567, -2_500].map(formatRupiah)).toEqual([
    'Rp 0',
    'Rp 999',
    'Rp 50.000',
    'Rp 1.234.567',
    '-Rp 2.500',
  ])
})

test('a date is written in the billing time zone, and what is no date stays as it is', () => {
  const { date } = wordsOf('en', 'Asia/Jakarta')
  expect(date('2030-01-31T18:00:00.000Z')).toContain('1 February 2030')
  expect(date('soon')).toBe('soon')
  for (const [zone, name] of [
    ['Asia/Jakarta', 'WIB'],
    ['Asia/Makassar', 'WITA'],
    ['Asia/Jayapura', 'WIT'],
  ] as const) {
    expect(wordsOf('en', zone).date('2030-01-31T18:00:00.000Z')).toEndWith(` ${name}`)
    expect(wordsOf('id', zone).date('2030-01-31T18:00:00.000Z')).toEndWith(` ${name}`)
  }
})

test('the document of the routes names every template', () => {
  expect(TemplateWord.anyOf.map((word) => word.const).sort()).toEqual([...templateNames].sort())
})

test('a mail speaks in the name of the business, with its logo, shop and support', () => {
  const brand = {
    name: 'Warung <Awan>',
    logoUrl: 'https://cdn.example/logo.png?a=1&b=2',
    storeUrl: 'https://warung.example',
    support: 'bantuan@warung.example',
  }
  const { subject, text, html } = renderExample('welcome', 'id', { ...context, brand })
  expect(subject).toBe('Selamat datang di Warung <Awan>')
  expect(text).toContain('akun di Warung <Awan>: https://warung.example · Bantuan: bantuan@warung.example')
  expect(html).toContain('<img src="https://cdn.example/logo.png?a=1&amp;b=2" alt="Warung &lt;Awan&gt;"')
  expect(html).toContain('akun di Warung &lt;Awan&gt;: https://warung.example')
  expect(text + html).not.toContain('MinisPod')
})
