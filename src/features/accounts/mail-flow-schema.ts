import { t } from 'elysia'
import { model } from '../../http/schema'
import { Email, NewPassword, Password } from './schema'

const Token = t.String({ minLength: 1, maxLength: 100, description: 'From the link in the mail' })

export const ForgotPasswordInput = model('ForgotPasswordInput', t.Object({ email: Email }))
export const ResetPasswordInput = model('ResetPasswordInput', t.Object({ token: Token, newPassword: NewPassword }))
export const VerifyEmailInput = model('VerifyEmailInput', t.Object({ token: Token }))
export const ChangeEmailInput = model('ChangeEmailInput', t.Object({ password: Password, newEmail: Email }))
