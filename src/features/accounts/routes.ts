import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { contextOf } from '../../http/request-context'
import { Answer, errors, guarded, ok } from '../../http/schema'
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
import type { AccessTokens } from './tokens'
import { getUserView, normaliseEmail } from './users'

const Done = Answer(t.Null())

const deviceOf = (request: Request) => ({
  address: contextOf(request).address,
  userAgent: request.headers.get('user-agent') ?? '',
})

export const accountRoutes = (parts: Parts & { tokens: AccessTokens }) =>
  new Elysia({ prefix: '/auth', tags: ['Accounts'] })
    .use(accessControl(parts.authenticate))
    .post(
      '/register',
      async ({ body, request, status }) => status(201, ok(await register(parts, body, deviceOf(request)))),
      {
        access: 'public',
        body: RegisterInput,
        response: { 201: Answer(SignedInView), ...errors('CONFLICT') },
        detail: { operationId: 'auth_register', summary: 'Open an account' },
      },
    )
    .post(
      '/login',
      async ({ body, request }) => {
        const device = deviceOf(request)
        return ok(
          await parts.attempts.guard(normaliseEmail(body.email), device.address, () => logIn(parts, body, device)),
        )
      },
      {
        access: 'public',
        body: LoginInput,
        response: { 200: Answer(SignedInView), ...errors('UNAUTHORIZED', 'FORBIDDEN') },
        detail: { operationId: 'auth_login', summary: 'Sign in' },
      },
    )
    .post('/refresh', async ({ body }) => ok(await refreshSession(parts, body.refreshToken)), {
      access: 'public',
      body: RefreshInput,
      response: { 200: Answer(TokensView), ...errors('UNAUTHORIZED', 'FORBIDDEN') },
      detail: { operationId: 'auth_refresh', summary: 'Trade a refresh token for new tokens' },
    })
    .post(
      '/logout',
      async ({ actor }) => {
        await parts.db.write((tx) => endSessions(parts, tx, actor.userId, { only: actor.sessionId }, 'logout'))
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
    .patch('/me', async ({ actor, body }) => ok(await updateProfile(parts, actor, body)), {
      access: 'customer',
      body: ProfileInput,
      response: { 200: Answer(UserView), ...guarded() },
      detail: { operationId: 'auth_update_me', summary: 'Change name or language' },
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
        response: { 200: Done, ...guarded() },
        detail: { operationId: 'auth_change_password', summary: 'Change the password and end all other sessions' },
      },
    )
    .get('/sessions', async ({ actor }) => ok(await listSessions(parts.db.read, actor)), {
      access: 'customer',
      response: { 200: Answer(t.Array(SessionView)), ...guarded() },
      detail: { operationId: 'auth_sessions', summary: 'Sessions of the signed-in person' },
    })
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
        await endOwnSession(parts, actor, params.id)
        return ok(null)
      },
      {
        access: 'customer',
        params: t.Object({ id: t.String({ maxLength: 64 }) }),
        response: { 200: Done, ...guarded('NOT_FOUND') },
        detail: { operationId: 'auth_end_session', summary: 'End one session' },
      },
    )
