import type { Rows } from './row'

/** One's own account. What ends sessions is done to somebody who is not needed any more. */
export const accountRows: Rows = {
  auth_me: {},
  auth_update_me: { call: () => ({ body: { name: 'Budi Santoso' } }) },
  auth_sessions: {},
  auth_logout: { call: async (house) => ({ as: await house.somebody() }) },
  auth_logout_everywhere: { call: async (house) => ({ as: await house.somebody() }) },
  auth_end_session: { call: async (house) => ({ params: { id: await house.sessionOfOwner() } }) },
  auth_change_password: {
    call: async (house) => {
      const as = await house.somebody()
      return { as, body: { currentPassword: as.password, newPassword: 'another long pass phrase' } }
    },
  },
  auth_change_email: {
    call: ({ owner: { password } }) => ({ body: { password, newEmail: 'moved@example.com' } }),
  },
  auth_resend_verification: {},
  auth_tokens: {},
  auth_create_token: { call: () => ({ body: { name: 'nightly export', scopes: ['wallet:read'] } }) },
  auth_revoke_token: { call: async (house) => ({ params: { id: await house.anyTokenOfOwner() } }) },
  auth_close_account: {
    call: async (house) => {
      const as = await house.somebody()
      return { as, body: { password: as.password } }
    },
  },
}
