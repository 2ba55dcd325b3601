import { type AnyElysia, Elysia, t } from 'elysia'
import { troubles } from '../../db'
import { accessControl } from '../../http/access'
import { answerFigures } from '../../http/figures'
import { words } from '../../http/schema'
import type { Parts } from '../../parts'

const Probe = t.Object({
  status: t.Union([t.Literal('ok'), t.Literal('unavailable')]),
  database: t.Boolean({ description: 'It answers' }),
  writable: t.Boolean({ description: 'It can save; without that nothing can be bought, paid or changed' }),
  trouble: t.Union([words(...troubles), t.Null()], {
    description: 'Why it can’t save, as the last attempt found; it is tried again when asked here',
  }),
  cluster: t.Boolean({ description: 'Its absence costs time, not readiness: what is wished is kept and done later' }),
})

/** Probes and figures stand outside of /api: machines call them, not frontends. */
export const operationRoutes = (parts: Parts, isClosing: () => boolean): AnyElysia => {
  const { registry, config } = parts
  const probes = new Elysia({ tags: ['Operations'] })
    .use(accessControl(parts.authenticate))
    .get('/livez', () => ({ status: 'ok' as const }), {
      access: 'operator',
      detail: { operationId: 'livez', summary: 'The process runs' },
    })
    .get(
      '/readyz',
      async ({ status }) => {
        const database = await answers(parts)
        const trouble = await parts.db.trouble()
        const writable = database && trouble === undefined
        const ready = writable && !isClosing()
        const state = {
          status: ready ? ('ok' as const) : ('unavailable' as const),
          database,
          writable,
          trouble: trouble ?? null,
          cluster: parts.reconciler.connected,
        }
        return ready ? state : status(503, state)
      },
      {
        access: 'operator',
        response: { 200: Probe, 503: Probe },
        detail: { operationId: 'readyz', summary: 'It can serve' },
      },
    )
  // With a port of their own the figures are nowhere else.
  if (config.metricsPort !== undefined) return probes
  return probes.get('/metrics', ({ request }) => answerFigures({ registry, token: config.metricsToken }, request), {
    access: 'operator',
    detail: { operationId: 'metrics', summary: 'Figures for Prometheus' },
  })
}

async function answers({ db }: Pick<Parts, 'db'>): Promise<boolean> {
  try {
    await db.read.run('select 1')
    return true
  } catch {
    return false
  }
}
