import { boot, type System } from '../boot'
import { parseConfig } from '../config'
import { version } from '../version'
import { createLogger } from './logger'

export async function serve(): Promise<undefined> {
  const config = parseConfig(process.env)
  const { log, accessLog, flush } = createLogger(config)
  process.on('unhandledRejection', (fault) => log.error({ err: fault }, 'unhandled rejection'))
  process.on('uncaughtException', (fault) => {
    log.fatal({ err: fault }, 'uncaught exception')
    flush()
    process.exit(1)
  })
  const system = await boot(config, { log, accessLog })
  process.stderr.write(welcome(system, config.mailFrom !== '' && config.resendApiKey !== undefined))
  let asked = 0
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // The second time it is meant: whatever is still under way goes on after the next start.
      if (++asked > 1) process.exit(1)
      log.info({ signal }, 'shutting down')
      void system.close().then(() => {
        flush()
        process.exit(0)
      })
    })
  }
}

function welcome({ url, cluster, payments, firstAdmin }: System, delivers: boolean): string {
  const lines = [
    `MinisPod ${version} is ready`,
    `  API       ${url}/api`,
    `  Swagger   ${url}/docs`,
    `  Cluster   ${cluster.shown}`,
    `  Payments  ${payments.shown}`,
    `  Mail      ${delivers ? 'Resend' : `kept, at ${url}/api/admin/mails`}`,
  ]
  if (firstAdmin) lines.push('', `  Administrator (shown once)  ${firstAdmin.email}  ${firstAdmin.password}`)
  return `${lines.join('\n')}\n\n`
}
