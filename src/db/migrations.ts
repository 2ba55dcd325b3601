// Written by scripts/generate-migration.ts from drizzle/: the migrations as part of the program, in order.
import sql0 from '../../drizzle/0000_tables.sql' with { type: 'text' }
import sql1 from '../../drizzle/0001_rules.sql' with { type: 'text' }
import type { Migration } from './migration'

export const migrations: readonly Migration[] = [
  { name: '0000_tables', sql: sql0 },
  { name: '0001_rules', sql: sql1 },
]
