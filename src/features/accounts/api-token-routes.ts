import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, guarded, ok } from '../../http/schema'
import type { Parts } from '../../parts'
import { ApiTokenParams, ApiTokenView, CreatedApiTokenView, NewApiTokenInput } from './api-token-schema'
import { createApiToken, listApiTokens, revokeOwnApiToken } from './api-tokens'

/** What scripts call with. No `Idempotency-Key` here: an answer that is kept would be a token at rest. */
export const apiTokenRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/auth/tokens', tags: ['Accounts'] })
    .use(accessControl(parts.authenticate))
    .get('/', async ({ actor }) => ok(await listApiTokens(parts.db.read, actor)), {
      access: 'customer',
      response: { 200: Answer(t.Array(ApiTokenView)), ...guarded() },
      detail: { operationId: 'auth_tokens', summary: 'API tokens of the signed-in person' },
    })
    .post(
      '/',
      async ({ actor, body, status }) =>
        status(201, ok(await parts.db.write((tx) => createApiToken(parts, tx, actor, body)))),
      {
        access: 'customer',
        body: NewApiTokenInput,
        response: { 201: Answer(CreatedApiTokenView), ...guarded('CONFLICT') },
        detail: {
          operationId: 'auth_create_token',
          summary: 'Make an API token for scripts',
          description:
            'Shown in this answer only. `read` and `write` open the customer’s own things, and neither includes the other; `<area>:read` and `<area>:write` one part of them; `admin:…` the administrators’ side, for administrators. The scope that a route needs is shown beside it as `x-scope`. A token can’t make tokens or change the account. A change or reset of the password revokes all of them.',
        },
      },
    )
    .delete(
      '/:id',
      async ({ actor, params }) => {
        await parts.db.write((tx) => revokeOwnApiToken(parts, tx, actor, params.id))
        return ok(null)
      },
      {
        access: 'customer',
        params: ApiTokenParams,
        response: { 200: Answer(t.Null()), ...guarded('NOT_FOUND') },
        detail: { operationId: 'auth_revoke_token', summary: 'Revoke an API token' },
      },
    )
