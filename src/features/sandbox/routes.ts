import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, guarded, Instant, model, ok } from '../../http/schema'
import type { Parts } from '../../parts'
import { clockViewOf, moveClock } from './move-clock'

const maxLength = 40

const ClockView = model(
  'SandboxClock',
  t.Object({
    now: Instant,
    movable: t.Boolean({ description: 'Whether it can be moved: only where payments and cluster are stand-ins' }),
    movedSeconds: t.Integer({ description: 'How far it is ahead of the real time' }),
  }),
)

const ClockInput = model(
  'SandboxClockInput',
  t.Object({
    advance: t.String({
      minLength: 2,
      maxLength,
      description: 'An ISO 8601 duration of 400 days at most: `P31D`, `PT2H`',
    }),
  }),
)

/** Time travel for those who build a frontend: a month passes in a second. */
export const sandboxRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/admin/sandbox', tags: ['Sandbox'] })
    .use(accessControl(parts.authenticate))
    .get('/clock', () => ok(clockViewOf(parts)), {
      access: 'admin',
      response: { 200: Answer(ClockView), ...guarded() },
      detail: { operationId: 'admin_sandbox_clock', summary: 'What time it is on this server' },
    })
    .post('/clock', async ({ actor, body }) => ok(await moveClock(parts, actor, body)), {
      access: 'admin',
      body: ClockInput,
      response: { 200: Answer(ClockView), ...guarded('INVALID_STATE') },
      detail: {
        operationId: 'admin_move_sandbox_clock',
        summary: 'Let time pass',
        description:
          'Renewals, reminders, grace, suspension, ends and removals happen as they would by themselves. Only where the payment provider and the cluster are stand-ins. Time never goes back; remove the data directory to begin again. Sessions stay, but access tokens run out: clients refresh theirs.',
      },
    })
