import { Elysia, t } from 'elysia'
import { accessControl, getSessionId } from '../../http/access'
import { contextOf } from '../../http/request-context'
import { Answer, errors, guarded, IdText, ListAnswer, ListQuery, listed, ok, pageOf } from '../../http/schema'
import type { Parts } from '../../parts'
import {
  ChangePasswordInput,
  LoginInput,
  ProfileInput,
  RefreshInput,
  RegisterInput,
  SessionView,
  SignedInView,
  TokensView,
  UserView,
} from './schema'
import { endOwnSession, endSessions, listSessions, refreshSession } from './sessions'
import { changePassword, logIn, register, updateProfile } from './sign-in'
import { getUserView, normaliseEmail } from './users'

const Done = Answer(t.Null())

const deviceOf = (request: Request) => ({
  address: contextOf(request).address,
  userAgent: request.headers.get('user-agent') ?? '',
  request: contextOf(request),
})

export const accountRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/auth', tags: ['Accounts'] })
    .use(accessControl(parts.authenticate))
    .post(
      '/register',
      async ({ body, request, status }) => {
        const device = deviceOf(request)
        const act = () => register(parts, body, device)
        return status(201, ok(await parts.attempts.guard('taken addresses', device.address, 'CONFLICT', act)))
      },
      {
        access: 'public',
        body: RegisterInput,
        response: { 201: Answer(SignedInView), ...errors('CONFLICT') },
        detail: {
          operationId: 'auth_register',
          summary: 'Open an account',
          description: 'An address that has an account is 409 `CONFLICT`: sign in, or ask for another password.',
        },
      },
    )
    .post(
      '/login',
      async ({ body, request }) => {
        const device = deviceOf(request)
        const act = () => logIn(parts, body, device)
        return ok(await parts.attempts.guard(normaliseEmail(body.email), device.address, 'UNAUTHORIZED', act))
      },
      {
        access: 'public',
        body: LoginInput,
        response: { 200: Answer(SignedInView), ...errors('UNAUTHORIZED', 'TOTP_REQUIRED', 'FORBIDDEN') },
        detail: {
          operationId: 'auth_login',
          summary: 'Sign in',
          description:
            'Where two-factor is on, the right password without `totp` is 401 `TOTP_REQUIRED`: ask for a code and send the request again with it. Each code works once.',
        },
      },
    )
    .post('/refresh', async ({ body }) => ok(await refreshSession(parts, body.refreshToken)), {
      access: 'public',
      body: RefreshInput,
      response: { 200: Answer(TokensView), ...errors('UNAUTHORIZED', 'FORBIDDEN') },
      detail: { operationId: 'auth_refresh', summary: 'Exchange a refresh token for new tokens' },
    })
    .post(
      '/logout',
      async ({ actor }) => {
        await parts.db.write((tx) => endSessions(parts, tx, actor.userId, { only: getSessionId(actor) }, 'logout'))
        return ok(null)
      },
      {
        access: 'customer',
        response: { 200: Done, ...guarded() },
        detail: { operationId: 'auth_logout', summary: 'End this session' },
      },
    )
    .get('/me', async ({ actor }) => ok(await getUserView(parts.db.read, actor.userId)), {
      access: 'customer',
      response: { 200: Answer(UserView), ...guarded() },
      detail: { operationId: 'auth_me', summary: 'The signed-in person' },
    })
    .patch('/me', async ({ actor, body }) => ok(await parts.db.write((tx) => updateProfile(parts, tx, actor, body))), {
      access: 'customer',
      body: ProfileInput,
      response: { 200: Answer(UserView), ...guarded() },
      detail: { operationId: 'auth_update_me', summary: 'Change name, language or the monthly statement' },
    })
    .post(
      '/change-password',
      async ({ actor, body }) => {
        await changePassword(parts, actor, body)
        return ok(null)
      },
      {
        access: 'customer',
        body: ChangePasswordInput,
        response: { 200: Done, ...guarded('INVALID_STATE') },
        detail: {
          operationId: 'auth_change_password',
          summary: 'Change the password, and end all other sessions and API tokens',
        },
      },
    )
    .get(
      '/sessions',
      async ({ actor, query }) => {
        const page = pageOf(query)
        const { rows, total } = await listSessions(parts, actor, page)
        return listed(rows, page, total)
      },
      {
        access: 'customer',
        query: ListQuery({}),
        response: { 200: ListAnswer(SessionView), ...guarded() },
        detail: { operationId: 'auth_sessions', summary: 'Sessions of the signed-in person, open ones first' },
      },
    )
    .delete(
      '/sessions',
      async ({ actor }) => {
        await parts.db.write((tx) => endSessions(parts, tx, actor.userId, {}, 'logout'))
        return ok(null)
      },
      {
        access: 'customer',
        response: { 200: Done, ...guarded() },
        detail: { operationId: 'auth_logout_everywhere', summary: 'End every session, this one too' },
      },
    )
    .delete(
      '/sessions/:id',
      async ({ actor, params }) => {
        await parts.db.write((tx) => endOwnSession(parts, tx, actor, params.id))
        return ok(null)
      },
      {
        access: 'customer',
        params: t.Object({ id: IdText }),
        response: { 200: Done, ...guarded('NOT_FOUND') },
        detail: { operationId: 'auth_end_session', summary: 'End one session' },
      },
    )
