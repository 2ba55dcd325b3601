import { type Config, parseConfig } from './config'
import { databaseUrlOf } from './database-url'

/** @throws AppError CONFIG_FAILED, see parseConfig */
export const readConfig = (): Config => parseConfig(process.env)

/** For a child that shall work on the same data. */
export const environmentOfChild = (config: Config): Record<string, string | undefined> => ({
  ...process.env,
  DATA_DIR: config.dataDir,
  DATABASE_URL: databaseUrlOf(config),
  DATABASE_AUTH_TOKEN: config.databaseAuthToken,
})

/** The embedded parts are on this machine: a proxy of the environment has no business with them. */
export function keepLoopbackOffProxies(): void {
  const known = process.env.NO_PROXY ?? process.env.no_proxy ?? ''
  if (known.includes('127.0.0.1')) return
  process.env.NO_PROXY = [known, '127.0.0.1', 'localhost'].filter(Boolean).join(',')
}
