import { join } from 'node:path'
import type { Config } from './config'

/** Where the database is: what is configured, or a file in the data directory. */
export const databaseUrlOf = (config: Config): string =>
  config.databaseUrl ?? `file:${join(config.dataDir, 'minispod.db')}`
