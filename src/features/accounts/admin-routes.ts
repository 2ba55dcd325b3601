import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { once } from '../../http/idempotency'
import { Answer, guarded, ListAnswer, listed, ok, pageOf } from '../../http/schema'
import type { Parts } from '../../parts'
import { adjustCredit, setRole, suspendUser, unsuspendUser } from './admin-acts'
import { getUserDetail } from './admin-read'
import {
  CreditAdjustmentInput,
  CreditAdjustmentView,
  ReasonInput,
  RoleInput,
  UserDetailView,
  UserParams,
  UsersQuery,
} from './admin-schema'
import { listUsers } from './list-users'
import { UserView } from './schema'
import { disableTwoFactorOf } from './two-factor-changes'

export const adminUserRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/admin/users', tags: ['Users'] })
    .use(accessControl(parts.authenticate))
    .get(
      '/',
      async ({ query }) => {
        const page = pageOf(query)
        const { users, total } = await listUsers(parts.db.read, query, page)
        return listed(users, page, total)
      },
      {
        access: 'admin',
        query: UsersQuery,
        response: { 200: ListAnswer(UserView), ...guarded() },
        detail: { operationId: 'admin_users', summary: 'Customers and administrators' },
      },
    )
    .get('/:id', async ({ params }) => ok(await getUserDetail(parts, params.id)), {
      access: 'admin',
      params: UserParams,
      response: { 200: Answer(UserDetailView), ...guarded('NOT_FOUND') },
      detail: { operationId: 'admin_user', summary: 'One person, with wallet, subscriptions and sessions in figures' },
    })
    .put(
      '/:id/role',
      async ({ actor, params, body }) => ok(await parts.db.write((tx) => setRole(parts, tx, actor, params.id, body))),
      {
        access: 'admin',
        params: UserParams,
        body: RoleInput,
        response: { 200: Answer(UserView), ...guarded('NOT_FOUND', 'INVALID_STATE') },
        detail: {
          operationId: 'admin_set_role',
          summary: 'Make somebody an administrator, or take the role away',
          description:
            'At once, for open sessions too. You can’t demote yourself, so one administrator always remains.',
        },
      },
    )
    .post(
      '/:id/suspend',
      async ({ actor, params, body }) =>
        ok(await parts.db.write((tx) => suspendUser(parts, tx, actor, params.id, body.reason))),
      {
        access: 'admin',
        params: UserParams,
        body: ReasonInput,
        response: { 200: Answer(UserView), ...guarded('NOT_FOUND', 'INVALID_STATE') },
        detail: {
          operationId: 'admin_suspend_user',
          summary: 'Lock somebody out',
          description:
            'At once: every request of that person is 403, streams end, and signing in is 403 after the right password. Their apps keep running and are billed. You can’t suspend yourself, so one administrator always remains.',
        },
      },
    )
    .post(
      '/:id/unsuspend',
      async ({ actor, params, body }) =>
        ok(await parts.db.write((tx) => unsuspendUser(parts, tx, actor, params.id, body.reason))),
      {
        access: 'admin',
        params: UserParams,
        body: ReasonInput,
        response: { 200: Answer(UserView), ...guarded('NOT_FOUND', 'INVALID_STATE') },
        detail: {
          operationId: 'admin_unsuspend_user',
          summary: 'Let somebody in again',
          description: 'Sessions from before the suspension go on.',
        },
      },
    )
    .post(
      '/:id/2fa/disable',
      async ({ actor, params, body }) =>
        ok(await parts.db.write((tx) => disableTwoFactorOf(parts, tx, actor, params.id, body.reason))),
      {
        access: 'admin',
        params: UserParams,
        body: ReasonInput,
        response: { 200: Answer(t.Null()), ...guarded('NOT_FOUND', 'INVALID_STATE') },
        detail: {
          operationId: 'admin_disable_2fa',
          summary: 'Turn two-factor off for somebody who lost device and recovery codes',
          description:
            'Verify who is asking: afterwards the password alone opens the account. Not possible for your own account.',
        },
      },
    )
    .post(
      '/:id/credit-adjustment',
      ({ actor, params, body, request }) =>
        once(parts, { request, actor, body }, 201, (tx) => adjustCredit(parts, tx, actor, params.id, body)),
      {
        access: 'admin',
        params: UserParams,
        body: CreditAdjustmentInput,
        response: {
          201: Answer(CreditAdjustmentView),
          ...guarded(
            'NOT_FOUND',
            'INVALID_STATE',
            'INSUFFICIENT_BALANCE',
            'IDEMPOTENCY_CONFLICT',
            'REQUEST_IN_PROGRESS',
          ),
        },
        detail: {
          operationId: 'admin_adjust_credit',
          summary: 'Put money into a wallet, or take it out',
          description: 'Booked as ADJUSTMENT against the promotion account. Never below zero.',
        },
      },
    )
