import { dayList, type Fraction, fraction, integer, oneOf, percentage, shortText, timeZone } from './values'
import { optional, variable } from './variable'

/** Settings of prices, tax and receipts. */
export const billingVariables = {
  billingTimeZone: variable({
    name: 'TZ_BILLING',
    parse: timeZone,
    fallback: 'Asia/Jakarta',
    shown: 'Asia/Jakarta',
    description: 'Time zone in which billing days are counted.',
  }),
  planChangeNoticeDays: variable({
    name: 'PLAN_CHANGE_NOTICE_DAYS',
    parse: integer(0, 365),
    fallback: 30,
    shown: '30',
    description:
      'Days that who has a plan keeps its price and size after it was changed; renewals from then on are by the change.',
  }),
  graceDays: variable({
    name: 'GRACE_DAYS',
    parse: integer(0, 90),
    fallback: 3,
    shown: '3',
    description: 'Days that an app runs on while its renewal is unpaid.',
  }),
  suspensionDays: variable({
    name: 'SUSPENSION_DAYS',
    parse: integer(1, 365),
    fallback: 7,
    shown: '7',
    description:
      'Days after those that an unpaid app stands still, its slot and data kept, before its subscription ends.',
  }),
  restoreWindowDays: variable({
    name: 'RESTORE_WINDOW_DAYS',
    parse: integer(1, 365),
    fallback: 7,
    shown: '7',
    description: 'Days after any end of a subscription that its data is kept and it can be restored.',
  }),
  reminderDays: variable({
    name: 'REMINDER_DAYS',
    parse: dayList,
    fallback: [7, 3, 1],
    shown: '7,3,1',
    description: 'Days before the end of a period on which its owner is reminded; `none` for no reminder.',
  }),
  provisioningDeadlineMinutes: variable({
    name: 'PROVISIONING_DEADLINE_MINUTES',
    parse: integer(5, 10_080),
    fallback: 60,
    shown: '60',
    description: 'Minutes from the order, or the last retry, within which an app must be ready; else all is refunded.',
  }),
  taxRate: variable({
    name: 'TAX_RATE',
    parse: percentage,
    fallback: 0,
    shown: '0',
    description: 'Tax on what is sold, in percent with two decimals at most; 0 is none. The Indonesian PPN is 12.',
  }),
  taxBase: variable<Fraction>({
    name: 'TAX_BASE',
    parse: fraction,
    fallback: { numerator: 1, denominator: 1 },
    shown: '1',
    description: 'Share of the price that is taxed: 1 or a fraction. With the Indonesian PPN it is `11/12`.',
  }),
  taxPrices: variable<'inclusive' | 'exclusive'>({
    name: 'TAX_PRICES',
    parse: oneOf('inclusive', 'exclusive'),
    fallback: 'exclusive',
    shown: 'exclusive',
    description: 'Whether the tax is `inclusive`, within the prices of the catalog, or `exclusive`, on top of them.',
  }),
  taxName: variable({
    name: 'TAX_NAME',
    parse: shortText(40),
    fallback: 'PPN',
    shown: 'PPN',
    description: 'What the tax is called on receipts.',
  }),
  businessName: variable({
    name: 'BUSINESS_NAME',
    parse: shortText(120),
    fallback: 'MinisPod',
    shown: 'MinisPod',
    description: 'Seller named on receipts, pages and mails.',
  }),
  businessAddress: optional('BUSINESS_ADDRESS', 'Address of the seller on receipts, in one line.', shortText(300)),
  businessTaxId: optional('BUSINESS_TAX_ID', 'Tax number (NPWP) of the seller on receipts.', shortText(60)),
}
