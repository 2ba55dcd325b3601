import { defineConfig } from 'drizzle-kit'

// Run by scripts/generate-migration.ts, which makes the tables STRICT and embeds the result. Plain SQLite, not Turso's
// dialect: that one alters columns with statements only a libSQL knows.
export default defineConfig({
  dialect: 'sqlite',
  schema: ['./src/features/*/tables.ts', './src/queue/tables.ts', './src/http/tables.ts', './src/db/tables.ts'],
  out: './drizzle',
})
