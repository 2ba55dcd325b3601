import { accountRows } from './account-rows'
import { adminRows } from './admin-rows'
import { catalogRows } from './catalog-rows'
import { instanceRows } from './instance-rows'
import { paymentRows } from './payment-rows'
import { publicRows } from './public-rows'
import type { Rows } from './row'
import { subscriptionRows } from './subscription-rows'
import { templateRows } from './template-rows'
import { twoFactorRows } from './two-factor-rows'
import { walletRows } from './wallet-rows'

/**
 * How to call every route of the OpenAPI document, by operationId. A new route needs a row in its area's file: `{}` if it
 * takes nothing, else a `call` with the path parameters, query and body that make it succeed for `house.owner` (for
 * `house.admin` under /admin). Things of its own come from `house.apps`, `house.somebody()` or a call of the API.
 */
export const table: Rows = {
  ...publicRows,
  ...accountRows,
  ...twoFactorRows,
  ...walletRows,
  ...paymentRows,
  ...subscriptionRows,
  ...instanceRows,
  ...adminRows,
  ...catalogRows,
  ...templateRows,
}
