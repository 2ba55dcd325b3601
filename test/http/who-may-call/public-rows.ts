import { createUnsubscribeLinkOf } from '../../../src/features/accounts'
import { signedNotice } from '../../support/resend-notice'
import { signedNotification } from '../../support/shop'
import type { Rows } from './row'

const password = 'a long enough pass phrase'
/** Whoever signs up here has verified nothing. */
export const newcomer = 'newcomer'
let registered = 0

/** What anyone may call, and what only a provider can sign. */
export const publicRows: Rows = {
  catalog_categories: {},
  catalog_category_services: { call: () => ({ params: { categorySlug: 'automation' } }) },
  catalog_service: { call: () => ({ params: { serviceSlug: 'n8n' } }) },
  catalog_search: {},
  catalog_file_schema: {},
  catalog_icon: {
    call: async ({ system }) => ({
      params: { iconHash: (await system.anybody.get('/catalog/categories')).body.data[0].iconUrl.split('/').at(-1) },
    }),
  },
  templates_list: {},
  templates_schema: {},
  templates_get: { call: () => ({ params: { name: 'n8n' } }) },
  wallet_payment_methods: {},
  webhooks_midtrans: { call: ({ paid }) => ({ body: signedNotification(paid.orderId) }) },
  mail_unsubscribe_page: { call: () => ({ query: { token: 'any' } }) },
  mail_unsubscribe: {
    call: ({ system, owner }) => ({
      query: { token: new URL(createUnsubscribeLinkOf(system.parts)(owner.id)).searchParams.get('token')! },
    }),
  },
  webhooks_resend: { call: () => signedNotice({ type: 'email.opened', data: {} }) },
  auth_register: {
    call: () => ({ body: { email: `${newcomer}${++registered}@example.com`, password, name: 'Wati' } }),
  },
  auth_login: {
    call: async (house) => {
      const { email, password } = await house.somebody()
      return { body: { email, password } }
    },
  },
  auth_refresh: {
    call: async (house) => ({ body: { refreshToken: (await house.somebody()).refreshToken } }),
  },
  auth_forgot_password: { call: async (house) => ({ body: { email: (await house.somebody()).email } }) },
  auth_reset_password: {
    call: async (house) => {
      const { email } = await house.somebody()
      await house.system.anybody.post('/auth/forgot-password', { email })
      return { body: { token: await house.linkTo(email, 'reset-password'), newPassword: password } }
    },
  },
  auth_verify_email: {
    call: async (house) => ({ body: { token: await house.linkTo((await house.somebody()).email, 'verify-email') } }),
  },
}
