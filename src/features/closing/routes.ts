import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, guarded, Instant, model, ok, RupiahView } from '../../http/schema'
import type { Parts } from '../../parts'
import { Code, Password } from '../accounts/schema'
import { closeAccount } from './close-account'

const CloseAccountInput = model(
  'CloseAccountInput',
  t.Object({
    password: Password,
    totp: t.Optional(t.String({ ...Code, description: 'Where two-factor is on: a one-time code, or a recovery code' })),
    forfeitUpTo: t.Optional(
      t.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description:
          'Your consent: the most whole rupiah of the wallet that you give up. Send the `balance` from the 409.',
      }),
    ),
  }),
)

const ClosedAccountView = model(
  'ClosedAccount',
  t.Object({ closedAt: Instant, forfeited: RupiahView, subscriptionsEnded: t.Integer() }),
)

export const closeRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/auth', tags: ['Accounts'] })
    .use(accessControl(parts.authenticate))
    .delete('/me', async ({ actor, body }) => ok(await closeAccount(parts, actor, body)), {
      access: 'customer',
      body: CloseAccountInput,
      response: { 200: Answer(ClosedAccountView), ...guarded('TOTP_REQUIRED', 'INVALID_STATE') },
      detail: {
        operationId: 'auth_close_account',
        summary: 'Close the account, for good',
        description:
          'Subscriptions end now and their apps are deleted with their data; apps that never ran are refunded to the wallet first. Money in the wallet is given up only by `forfeitUpTo`; without it, or where there is more, 409 `INVALID_STATE` with `details.reason` `balance-left` and `details.balance`, and nothing has happened. The last administrator gets 409 with `details.reason` `last-administrator`; a call made while another one closes the account gets `account-closed`; one made while password, role or status change gets `account-changed`. Name and address are erased, records of payments stay. Every session and token ends.',
      },
    })
