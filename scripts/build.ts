// Builds MinisPod as one executable: bun scripts/build.ts [--target bun-linux-arm64] [--outfile dist/minispod]
import { existsSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Build } from 'bun'
import manifest from '../package.json' with { type: 'json' }
import { libsqlPlugin, nativeModuleOf, targets } from './libsql-plugin'

const root = dirname(import.meta.dir)
const commitLength = 12

interface Order {
  target: Build.CompileTarget
  outfile: string
  entry?: string
}

export async function buildBinary({ target, outfile, entry = join(root, 'src/main.ts') }: Order): Promise<void> {
  assertNativeModule(target)
  await mkdir(dirname(outfile), { recursive: true })
  const commit = await findCommit()
  const built = await Bun.build({
    entrypoints: [entry],
    minify: { whitespace: true, syntax: true, identifiers: false },
    sourcemap: 'linked',
    define: commit ? { MINISPOD_COMMIT: JSON.stringify(commit) } : {},
    plugins: [libsqlPlugin(target)],
    // What lies in the folder it is started from must not change how it behaves.
    compile: { target, outfile, autoloadDotenv: false, autoloadBunfig: false },
  })
  if (!built.success) throw new AggregateError(built.logs, 'the build failed')
}

/** This machine's own target. */
export function nativeTarget(): Build.CompileTarget {
  const musl = process.platform === 'linux' && existsSync('/etc/alpine-release') ? '-musl' : ''
  return `bun-${process.platform}-${process.arch}${musl}` as Build.CompileTarget
}

function assertNativeModule(target: Build.CompileTarget): void {
  const name = nativeModuleOf(target)
  if (existsSync(join(root, 'node_modules', name))) return
  throw new Error(
    `${name} is not installed: npm installs the native module of this machine only. ` +
      `Get it with: npm install --no-save --force ${name}@${manifest.dependencies.libsql.replace('^', '')}`,
  )
}

/** From the environment where there is no repository, as in a container's build. */
async function findCommit(): Promise<string | undefined> {
  const given = process.env.MINISPOD_COMMIT
  if (given) return given
  const asked = await Bun.$`git rev-parse --short=${commitLength} HEAD`.cwd(root).nothrow().quiet()
  return asked.exitCode === 0 ? asked.text().trim() : undefined
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      target: { type: 'string', default: nativeTarget() },
      outfile: { type: 'string', default: join(root, 'dist/minispod') },
    },
  })
  if (!(targets as string[]).includes(values.target)) {
    console.error(`--target must be one of ${targets.join(', ')}`)
    process.exit(2)
  }
  const startedAt = performance.now()
  await buildBinary({ target: values.target as Build.CompileTarget, outfile: values.outfile }).catch((error) => {
    const causes = error instanceof AggregateError ? error.errors.map(String) : []
    console.error([error.message, ...causes].join('\n'))
    process.exit(1)
  })
  const { size } = await stat(values.outfile)
  console.log(
    `${values.outfile}: ${Math.round(size / 1024 / 1024)} MiB in ${Math.round(performance.now() - startedAt)} ms`,
  )
}
