import { TOTP } from 'otpauth'
import type { TestCustomer } from '../../support/system'
import type { House } from './house'
import type { Row, Rows } from './row'

/** Somebody who has asked for two-factor, and a first code of theirs. */
async function settingUp(house: House): Promise<{ as: TestCustomer; code: string }> {
  const as = await house.somebody()
  const { body } = await as.post('/auth/2fa/setup', { password: as.password })
  return { as, code: new TOTP({ secret: body.data.secret }).generate() }
}

/** Somebody who has it, and a recovery code: the code that turned it on works once. */
async function withTwoFactor(house: House): Promise<{ as: TestCustomer; code: string }> {
  const { as, code } = await settingUp(house)
  const { body } = await as.post('/auth/2fa/enable', { code })
  return { as, code: body.data.recoveryCodes[0] }
}

const confirmed: Row = {
  call: async (house) => {
    const { as, code } = await withTwoFactor(house)
    return { as, body: { password: as.password, code } }
  },
}

export const twoFactorRows: Rows = {
  auth_2fa: {},
  auth_2fa_setup: {
    call: async (house) => {
      const as = await house.somebody()
      return { as, body: { password: as.password } }
    },
  },
  auth_2fa_enable: {
    call: async (house) => {
      const { as, code } = await settingUp(house)
      return { as, body: { code } }
    },
  },
  auth_2fa_disable: confirmed,
  auth_2fa_recovery_codes: confirmed,
  admin_disable_2fa: {
    call: async (house) => {
      const { as } = await withTwoFactor(house)
      return { params: { id: as.id }, body: { reason: 'lost their phone' } }
    },
  },
}
