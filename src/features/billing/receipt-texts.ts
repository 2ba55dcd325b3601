import type { Locale } from '../../lib/locale'

/** The words of a printed receipt. */
export interface ReceiptTexts {
  title: string
  number: string
  date: string
  subscription: string
  seller: string
  taxId: string
  customer: string
  description: string
  period: string
  amount: string
  upgrade: string
  discount(code: string): string
  net: string
  taxable(base: string): string
  taxIncluded: string
  percent(rate: number): string
  total: string
  paidFrom: string
  refunds: string
  refunded: string
  kept: string
  footer: string
  cycles: Record<'MONTHLY' | 'QUARTERLY' | 'YEARLY', string>
}

export const receiptTexts: Record<Locale, ReceiptTexts> = {
  id: {
    title: 'Kuitansi',
    number: 'Nomor',
    date: 'Tanggal',
    subscription: 'Langganan',
    seller: 'Penjual',
    taxId: 'NPWP',
    customer: 'Pelanggan',
    description: 'Uraian',
    period: 'Masa',
    amount: 'Jumlah',
    upgrade: 'kenaikan paket',
    discount: (code) => `Potongan voucher ${code}`,
    net: 'Harga sebelum pajak',
    taxable: (base) => `Dasar pengenaan pajak (${base})`,
    taxIncluded: 'sudah termasuk dalam harga',
    percent: (rate) => `${String(rate).replace('.', ',')}%`,
    total: 'Total',
    paidFrom: 'Dibayar dari saldo dompet',
    refunds: 'Pengembalian ke dompet',
    refunded: 'Jumlah yang dikembalikan',
    kept: 'Total setelah pengembalian',
    footer: 'Kuitansi ini dibuat secara elektronik dan berlaku tanpa tanda tangan.',
    cycles: { MONTHLY: 'bulanan', QUARTERLY: 'triwulanan', YEARLY: 'tahunan' },
  },
  en: {
    title: 'Receipt',
    number: 'Number',
    date: 'Date',
    subscription: 'Subscription',
    seller: 'Seller',
    taxId: 'Tax number',
    customer: 'Customer',
    description: 'Description',
    period: 'Period',
    amount: 'Amount',
    upgrade: 'plan upgrade',
    discount: (code) => `Discount by voucher ${code}`,
    net: 'Price before tax',
    taxable: (base) => `Tax base (${base})`,
    taxIncluded: 'contained in the price',
    percent: (rate) => `${rate}%`,
    total: 'Total',
    paidFrom: 'Paid from the wallet',
    refunds: 'Returned to the wallet',
    refunded: 'Returned in all',
    kept: 'Total after what was returned',
    footer: 'This receipt was made electronically and is valid without a signature.',
    cycles: { MONTHLY: 'monthly', QUARTERLY: 'quarterly', YEARLY: 'yearly' },
  },
}
