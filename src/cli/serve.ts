import { type BootOptions, boot, mailWayOf, type System } from '../boot'
import { readConfig } from '../config'
import { version } from '../version'
import { endAsked } from './end-signals'
import { lineOf } from './fault-line'
import { createLogger } from './logger'

const gone = 'or the database in it was removed or replaced under the running server; nothing can be saved, so it ends'
/** What still answers once the data directory is gone has so long to end. */
const lastMs = 2_000

export async function serve(): Promise<undefined> {
  const config = readConfig()
  const { log, accessLog, end } = createLogger(config)
  process.on('unhandledRejection', (fault) => log.error({ err: fault }, 'unhandled rejection'))
  process.on('uncaughtException', (fault) => {
    log.fatal({ err: fault }, 'uncaught exception')
    tell(`minispod: ${lineOf(fault) ?? `uncaught exception: ${String(fault)}`}\n`)
    end(1)
  })
  let system: System | undefined
  const onGone = () => {
    log.fatal({ dataDir: config.dataDir }, 'the data directory is gone')
    tell(`minispod: DATA_DIR: ${config.dataDir} ${gone}\n`)
    setTimeout(() => end(1), lastMs)
    void system?.close().finally(() => end(1))
  }
  const tellFirstAdmin: BootOptions['tellFirstAdmin'] = ({ email, password }) =>
    tell(`  Administrator (shown once)  ${email}  ${password}\n\n`)
  try {
    system = await boot(config, { log, accessLog, signal: endAsked, tellFirstAdmin, onGone })
  } catch (fault) {
    if (!endAsked.aborted) throw fault
    end(0)
    return
  }
  tell(welcome(system, mailWayOf(config)))
  whenAsked(() => {
    log.info({ signal: endAsked.reason }, 'shutting down')
    system.close().then(
      () => end(0),
      (fault) => {
        log.fatal({ err: fault }, 'the shutdown failed')
        end(1)
      },
    )
  })
}

const tell = (text: string): void => void process.stderr.write(text)

function whenAsked(stop: () => void): void {
  if (endAsked.aborted) stop()
  else endAsked.addEventListener('abort', stop, { once: true })
}

function welcome({ url, cluster, payments, warnings }: System, mailWay: string | undefined): string {
  const lines = [
    `MinisPod ${version} is ready`,
    `  API       ${url}/api`,
    `  Swagger   ${url}/docs`,
    `  Cluster   ${cluster.shown}`,
    `  Payments  ${payments.shown}`,
    `  Mail      ${mailWay ?? `kept, at ${url}/api/admin/mails`}`,
  ]
  if (warnings.length > 0) lines.push('', ...warnings.map(({ text }) => `  Warning   ${text}`))
  return `${lines.join('\n')}\n\n`
}
