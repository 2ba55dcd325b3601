import { version } from '../version'
import { listenForEnd } from './end-signals'
import { say } from './say'

type Command = (args: string[]) => Promise<number | undefined>

interface Verb {
  does: string
  /** How many words it takes at most; none unless said. */
  arguments?: number
  load: () => Promise<Command>
}

/** Each verb is loaded when it is asked for: `migrate` has no use for a server. */
const commands: Record<string, Verb> = {
  serve: { does: 'serve the API (the default)', load: async () => (await import('./serve')).serve },
  migrate: {
    does: 'bring the database up to this version',
    load: async () => (await import('./migrate')).migrateDatabase,
  },
  seed: { does: 'fill an empty catalog', load: async () => (await import('./seed')).seed },
  catalog: {
    does: 'the whole catalog as one file: catalog export [FILE], catalog import FILE [--dry-run] [--retire-missing] [--confirm-licences]',
    arguments: 5,
    load: async () => (await import('./catalog')).catalog,
  },
  'create-admin': {
    does: 'create an administrator: create-admin <email> [name]',
    arguments: Number.POSITIVE_INFINITY,
    load: async () => (await import('./create-admin')).createAdmin,
  },
  openapi: { does: 'print the OpenAPI document', load: async () => (await import('./openapi')).printOpenApi },
  licences: {
    does: 'print the licence, and those of all that the program carries',
    load: async () => (await import('./licences')).printLicences,
  },
  verify: {
    does: 'derive balances, slots, numbers and the audit chain again and say what is off (exit code 0, 1, or 2 if it could not look); --deep looks at every index too',
    arguments: 2,
    load: async () => (await import('./verify')).verify,
  },
  'accept-loss': {
    does: 'accept that the last commits are lost, so that the server starts again',
    load: async () => (await import('./accept-loss')).acceptLoss,
  },
  'rotate-keys': {
    does: 'make new keys and re-encrypt all secrets with them; --retire drops the old ones',
    arguments: 1,
    load: async () => (await import('./rotate-keys')).rotateKeys,
  },
}

/** One command per run; a mistake of the operator's is told in plain lines and ends with 1. */
export async function run(argv: string[]): Promise<void> {
  const [name = 'serve', ...args] = argv
  if (name === '--version' || name === '-v') return say(version)
  if (name === '--help' || name === '-h' || name === 'help') return say(usage())
  const command = commands[name]
  if (!command) return refuse(`no command ${JSON.stringify(name)}`)
  const [surplus] = args.slice(command.arguments ?? 0)
  if (surplus !== undefined) return refuse(`${name} takes no ${JSON.stringify(surplus)}`)
  if (name === 'serve') listenForEnd()
  try {
    const code = await (await command.load())(args)
    if (code !== undefined) process.exit(code)
  } catch (fault) {
    const { lineOf } = await import('./fault-line')
    for (const line of (lineOf(fault) ?? unexpected(fault)).split('\n')) process.stderr.write(`minispod: ${line}\n`)
    process.exit(1)
  }
}

/** A fault of ours: its place is what whoever mends it needs. */
const unexpected = (fault: unknown): string => `unexpected: ${fault instanceof Error ? fault.stack : String(fault)}`

/** What was meant is not known, so nothing is done: a server started by a slip would be worse. */
function refuse(why: string): never {
  process.stderr.write(`minispod: ${why}\n${usage()}\n`)
  process.exit(2)
}

const usage = (): string =>
  [
    'usage: minispod [command]',
    ...Object.entries(commands).map(([name, { does }]) => `  ${name.padEnd(14)} ${does}`),
  ].join('\n')
