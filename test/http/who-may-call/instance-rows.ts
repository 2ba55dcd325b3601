import type { App } from './apps'
import type { Row, Rows } from './row'

const on = ({ id }: App, body?: object) => ({ params: { id }, ...(body && { body }) })
const ofMain: Row = { call: ({ main }) => on(main) }

export const instanceRows: Rows = {
  instances_list: {},
  instances_updates: ofMain,
  // There is no newer version of what it has; test/app-templates/updates.test.ts has one.
  instances_update: {
    call: ({ main }) => on(main, {}),
    answers: { owner: '409 INVALID_STATE', token: '409 INVALID_STATE' },
  },
  instances_get: ofMain,
  instances_metrics: ofMain,
  instances_health: ofMain,
  instances_logs: ofMain,
  instances_log_stream: ofMain,
  instances_configure: { call: ({ main }) => on(main, { config: {} }) },
  instances_terminate: {
    call: async ({ apps }) => {
      const app = await apps.buy()
      return on(app, { confirm: app.name })
    },
  },
  instances_stop: { call: async ({ apps }) => on(await apps.buy()) },
  instances_start: { call: async ({ apps }) => on(await apps.stopped()) },
  instances_restart: { call: async ({ apps }) => on(await apps.running()) },
  instances_retry: { call: async ({ apps }) => on(await apps.terminated()) },
}
