// Makes the next migration from the tables: `bun scripts/generate-migration.ts <name>`, or with `--custom` an empty one to write
// by hand (triggers; a marker line between statements). drizzle-kit knows no STRICT: its new tables become so here, and what it
// does to the expressions of an index is put right.
// `--list` only embeds anew what is in drizzle/ (after writing a custom one nothing else is needed: the text is imported).
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dir, '..')
const folder = join(root, 'drizzle')
const listPath = join(root, 'src', 'db', 'migrations.ts')
const breakpoint = '--> statement-breakpoint'
/** Column types a STRICT table may have. */
const strictTypes = new Set(['int', 'integer', 'real', 'text', 'blob', 'any'])

if (import.meta.main) {
  try {
    run(process.argv.slice(2))
  } catch (error) {
    console.error((error as Error).message)
    process.exit(1)
  }
}

function run([name, ...flags]: string[]): void {
  if (name === '--list') writeList()
  else if (name !== undefined && /^[a-z][a-z0-9_]*$/.test(name)) generate(name, flags.includes('--custom'))
  else throw new Error('usage: generate-migration.ts <name_in_snake_case> [--custom] | --list')
}

function generate(name: string, custom: boolean): void {
  const before = new Set(migrationFiles())
  const command = [
    'node',
    'node_modules/drizzle-kit/bin.cjs',
    'generate',
    '--name',
    name,
    ...(custom ? ['--custom'] : []),
  ]
  const { success } = Bun.spawnSync(command, { cwd: root, stdio: ['inherit', 'inherit', 'inherit'] })
  if (!success) throw new Error('drizzle-kit failed')
  for (const file of migrationFiles().filter((found) => !before.has(found))) {
    const path = join(folder, file)
    if (!custom) writeFileSync(path, joinExpressions(makeStrict(readFileSync(path, 'utf8'))))
    console.log(`review ${join('drizzle', file)} before you commit it`)
  }
  writeList()
}

/** Every CREATE TABLE of a generated migration as a STRICT one; fails for a column type that STRICT does not know. */
export function makeStrict(sql: string): string {
  return sql.split(breakpoint).map(strictStatement).join(breakpoint)
}

function strictStatement(statement: string): string {
  if (!/^\s*CREATE TABLE\b/i.test(statement)) return statement
  for (const [, column, type] of statement.matchAll(/^\s*`(\w+)` (\w+)/gm)) {
    if (!strictTypes.has(type!.toLowerCase()))
      throw new Error(`column ${column}: a STRICT table cannot have the type ${type}`)
  }
  const strict = statement.replace(/\)\s*;\s*$/, ') STRICT;\n')
  if (!strict.trimEnd().endsWith(') STRICT;')) throw new Error(`not understood: ${statement}`)
  return strict
}

/** drizzle-kit takes an index's expression apart at its commas and quotes the pieces as if they were columns. */
export function joinExpressions(sql: string): string {
  return sql.replace(/^CREATE (?:UNIQUE )?INDEX .*$/gm, (line) =>
    line.replace(/`([^`]*)`/g, (quoted, piece: string) => (/^ |[()]/.test(piece) ? piece : quoted)),
  )
}

function writeList(): void {
  const names = migrationFiles().map((file) => file.replace(/\.sql$/, ''))
  const imports = names.map(
    (name, index) => `import sql${index} from '../../drizzle/${name}.sql' with { type: 'text' }`,
  )
  const entries = names.map((name, index) => `  { name: '${name}', sql: sql${index} },`)
  const lines = [
    '// Written by scripts/generate-migration.ts from drizzle/: the migrations as part of the program, in order.',
    ...imports,
    "import type { Migration } from './migration'",
    '',
    names.length === 0
      ? 'export const migrations: readonly Migration[] = []'
      : 'export const migrations: readonly Migration[] = [',
    ...entries,
    ...(names.length === 0 ? [] : [']']),
  ]
  writeFileSync(listPath, `${lines.join('\n')}\n`)
}

function migrationFiles(): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
}
