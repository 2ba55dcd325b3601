import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { contextOf } from '../../http/request-context'
import { Answer, errors, guarded, ok } from '../../http/schema'
import type { Parts } from '../../parts'
import { requestEmailChange } from './change-email'
import { ChangeEmailInput, ForgotPasswordInput, ResetPasswordInput, VerifyEmailInput } from './mail-flow-schema'
import { requestPasswordReset, resetPassword } from './password-reset'
import { resendVerification, verifyEmail } from './verification'

const Done = Answer(t.Null())

/** What goes by way of a mailbox. No answer tells whether an address has an account. */
export const mailFlowRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/auth', tags: ['Accounts'] })
    .use(accessControl(parts.authenticate))
    .post(
      '/forgot-password',
      async ({ body }) => {
        await requestPasswordReset(parts, body.email)
        return ok(null)
      },
      {
        access: 'public',
        body: ForgotPasswordInput,
        response: { 200: Done, ...errors() },
        detail: {
          operationId: 'auth_forgot_password',
          summary: 'Mail a link that sets a new password',
          description: 'The same answer whether or not the address has an account. At most five mails an hour.',
        },
      },
    )
    .post(
      '/reset-password',
      async ({ body, request }) => {
        await resetPassword(parts, body, contextOf(request))
        return ok(null)
      },
      {
        access: 'public',
        body: ResetPasswordInput,
        response: { 200: Done, ...errors('UNAUTHORIZED') },
        detail: {
          operationId: 'auth_reset_password',
          summary: 'Set a new password by the link of a mail',
          description:
            'Ends every session and API token of the account; two-factor stays on. The link works once, for an hour; the newest only.',
        },
      },
    )
    .post(
      '/verify-email',
      async ({ body, request }) => {
        await parts.db.write((tx) => verifyEmail(parts, tx, body.token, contextOf(request)))
        return ok(null)
      },
      {
        access: 'public',
        body: VerifyEmailInput,
        response: { 200: Done, ...errors('UNAUTHORIZED', 'CONFLICT') },
        detail: {
          operationId: 'auth_verify_email',
          summary: 'Verify an address by the link of a mail',
          description: 'A change of address waits for this too. The link works once, for 48 hours; the newest only.',
        },
      },
    )
    .post(
      '/resend-verification',
      async ({ actor }) => {
        await parts.db.write((tx) => resendVerification(parts, tx, actor))
        return ok(null)
      },
      {
        access: 'customer',
        response: { 200: Done, ...guarded('INVALID_STATE') },
        detail: { operationId: 'auth_resend_verification', summary: 'Mail the link that verifies the address again' },
      },
    )
    .post(
      '/change-email',
      async ({ actor, body }) => {
        await requestEmailChange(parts, actor, body)
        return ok(null)
      },
      {
        access: 'customer',
        body: ChangeEmailInput,
        response: { 200: Done, ...guarded('INVALID_STATE') },
        detail: {
          operationId: 'auth_change_email',
          summary: 'Change the e-mail address, once the new one is verified',
          description:
            'Mails a link to the new address. Nothing changes until it is used; then the old address is told. An address that has an account gets no mail, and the answer is the same.',
        },
      },
    )
