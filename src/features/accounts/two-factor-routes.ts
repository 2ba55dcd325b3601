import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, guarded, ok } from '../../http/schema'
import type { Parts } from '../../parts'
import { disableTwoFactor, enableTwoFactor, renewRecoveryCodes, setUpTwoFactor, viewTwoFactor } from './two-factor'
import {
  RecoveryCodesView,
  TwoFactorConfirmInput,
  TwoFactorEnableInput,
  TwoFactorSetupInput,
  TwoFactorSetupView,
  TwoFactorView,
} from './two-factor-schema'

/** One-time codes of an authenticator app (TOTP) beside the password, for whoever wants them. */
export const twoFactorRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/auth/2fa', tags: ['Accounts'] })
    .use(accessControl(parts.authenticate))
    .get('/', async ({ actor }) => ok(await viewTwoFactor(parts.db.read, actor)), {
      access: 'customer',
      response: { 200: Answer(TwoFactorView), ...guarded() },
      detail: { operationId: 'auth_2fa', summary: 'Whether sign-in asks for a one-time code' },
    })
    .post('/setup', async ({ actor, body }) => ok(await setUpTwoFactor(parts, actor, body.password)), {
      access: 'customer',
      body: TwoFactorSetupInput,
      response: { 200: Answer(TwoFactorSetupView), ...guarded('INVALID_STATE') },
      detail: {
        operationId: 'auth_2fa_setup',
        summary: 'Make the secret for an authenticator app',
        description: 'No code is asked for until `POST /auth/2fa/enable` has accepted the first one, within an hour.',
      },
    })
    .post('/enable', async ({ actor, body }) => ok(await enableTwoFactor(parts, actor, body.code)), {
      access: 'customer',
      body: TwoFactorEnableInput,
      response: { 200: Answer(RecoveryCodesView), ...guarded('INVALID_STATE') },
      detail: {
        operationId: 'auth_2fa_enable',
        summary: 'Turn two-factor on with a first code, and get recovery codes',
        description: 'Sessions that are open stay open. The code can’t be used again to sign in.',
      },
    })
    .post('/disable', async ({ actor, body }) => ok(await disableTwoFactor(parts, actor, body)), {
      access: 'customer',
      body: TwoFactorConfirmInput,
      response: { 200: Answer(t.Null()), ...guarded('INVALID_STATE') },
      detail: { operationId: 'auth_2fa_disable', summary: 'Turn two-factor off' },
    })
    .post('/recovery-codes', async ({ actor, body }) => ok(await renewRecoveryCodes(parts, actor, body)), {
      access: 'customer',
      body: TwoFactorConfirmInput,
      response: { 200: Answer(RecoveryCodesView), ...guarded('INVALID_STATE') },
      detail: {
        operationId: 'auth_2fa_recovery_codes',
        summary: 'Get ten new recovery codes',
        description: 'The old ones stop working.',
      },
    })
