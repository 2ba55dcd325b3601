import { boot, type System } from '../boot'
import { readConfig } from '../config'
import { version } from '../version'
import { createLogger } from './logger'

const doubledMs = 1_000

export async function serve(): Promise<undefined> {
  const config = readConfig()
  const { log, accessLog, end } = createLogger(config)
  process.on('unhandledRejection', (fault) => log.error({ err: fault }, 'unhandled rejection'))
  process.on('uncaughtException', (fault) => {
    log.fatal({ err: fault }, 'uncaught exception')
    end(1)
  })
  const system = await boot(config, { log, accessLog })
  process.stderr.write(welcome(system, config.mailFrom !== '' && config.resendApiKey !== undefined))
  let askedAt: number | undefined
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // Ctrl-C reaches us twice at once, directly and through whoever started us. A later second one is meant: whatever is
      // still under way goes on after the next start.
      if (askedAt !== undefined && performance.now() - askedAt < doubledMs) return
      if (askedAt !== undefined) process.exit(1)
      askedAt = performance.now()
      log.info({ signal }, 'shutting down')
      system.close().then(
        () => end(0),
        (fault) => {
          log.fatal({ err: fault }, 'the shutdown failed')
          end(1)
        },
      )
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
