import { t } from 'elysia'
import { Instant, model, nullable } from '../../http/schema'
import { Code, Password } from './schema'

export const TwoFactorSetupInput = model('TwoFactorSetupInput', t.Object({ password: Password }))
export const TwoFactorEnableInput = model('TwoFactorEnableInput', t.Object({ code: Code }))
export const TwoFactorConfirmInput = model('TwoFactorConfirmInput', t.Object({ password: Password, code: Code }))

export const TwoFactorView = model(
  'TwoFactor',
  t.Object({
    enabled: t.Boolean(),
    since: nullable(Instant),
    recoveryCodesLeft: t.Integer({ description: 'Few left: make new ones' }),
  }),
)

export const TwoFactorSetupView = model(
  'TwoFactorSetup',
  t.Object({
    secret: t.String({ description: 'Base 32, to be typed where a QR code can’t be scanned; shown only once' }),
    otpauthUri: t.String({ description: 'What the QR code holds' }),
    expiresAt: t.String({ ...Instant, description: 'Until when a first code can turn it on' }),
  }),
)

export const RecoveryCodesView = model(
  'RecoveryCodes',
  t.Object({
    recoveryCodes: t.Array(t.String(), { description: 'Shown only once; each replaces one one-time code' }),
  }),
)
