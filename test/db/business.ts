import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { flag, instant, json, rupiah } from '../../src/db/columns'
import { type Database, type DatabaseOptions, openDatabase } from '../../src/db/database'
import { migrate } from '../../src/db/migrate'
import type { Migration } from '../../src/db/migration'

export const wallets = sqliteTable('wallets', {
  id: text('id').primaryKey(),
  balance: rupiah('balance').notNull(),
  visits: integer('visits').notNull().default(0),
  active: flag('active').notNull().default(true),
  openedAt: instant('opened_at'),
  notes: json<{ tags: string[] }>('notes'),
})

export const transfers = sqliteTable('transfers', {
  id: text('id').primaryKey(),
  walletId: text('wallet_id')
    .notNull()
    .references(() => wallets.id),
  amount: rupiah('amount').notNull(),
})

export const firstMigration: Migration = {
  name: '0000_wallets',
  sql: `CREATE TABLE \`wallets\` (
	\`id\` text PRIMARY KEY NOT NULL,
	\`balance\` integer NOT NULL,
	\`visits\` integer DEFAULT 0 NOT NULL,
	\`active\` integer DEFAULT true NOT NULL,
	\`opened_at\` integer,
	\`notes\` text
) STRICT;
--> statement-breakpoint
CREATE TABLE \`transfers\` (
	\`id\` text PRIMARY KEY NOT NULL,
	\`wallet_id\` text NOT NULL,
	\`amount\` integer NOT NULL,
	FOREIGN KEY (\`wallet_id\`) REFERENCES \`wallets\`(\`id\`) ON UPDATE no action ON DELETE no action
) STRICT;`,
}

export const ruleMigration: Migration = {
  name: '0001_rules',
  sql: `-- No wallet goes below zero.
CREATE TRIGGER no_overdraft BEFORE UPDATE ON wallets WHEN new.balance < 0
BEGIN
  SELECT RAISE(ABORT, 'OVERDRAFT: balance would be negative');
END;
--> statement-breakpoint
CREATE TRIGGER transfers_stay BEFORE DELETE ON transfers
BEGIN
  SELECT RAISE(ABORT, 'IMMUTABLE: a transfer is never deleted');
END;`,
}

export const businessMigrations = [firstMigration, ruleMigration]

/** Temporary folders and databases of one test file; `end` closes and removes them all. */
export class Workplace {
  readonly #folders: string[] = []
  readonly #databases: Database[] = []

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'minispod-db-'))
    this.#folders.push(folder)
    return folder
  }

  url(): string {
    return `file:${join(this.folder(), 'test.db')}`
  }

  async open(options: Partial<DatabaseOptions> = {}): Promise<Database> {
    const url = options.url ?? this.url()
    await migrate({ url }, { migrations: businessMigrations })
    const database = await openDatabase({ ...options, url })
    this.#databases.push(database)
    return database
  }

  async end(): Promise<void> {
    await Promise.all(this.#databases.splice(0).map((database) => database.close()))
    for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  }
}

export const wallet = (id: string, balance = 100n) => ({ id, balance })
