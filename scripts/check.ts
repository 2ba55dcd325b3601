// What `npm test` runs, all of it side by side. Arguments go to `bun test`; with TEST_KUBECONFIG the cluster's suites run there as
// well, and with --cluster-only nothing else does.
import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { seed } from '../test/support/seed'
import { type Count, testRun } from './check-tests'
import { documentPath, writeClient } from './openapi-client'

const root = join(import.meta.dir, '..')
const kept = join(root, 'node_modules/.cache/minispod')
const clusterOnly = process.argv.includes('--cluster-only')
const suites = process.argv.slice(2).filter((argument) => argument !== '--cluster-only')
/** What speaks to a cluster, and so must hold on the embedded one and on a real one alike. */
const clusterSuites = ['test/contract', 'test/flows', 'test/reconcile/manifests/cluster.test.ts']
/** Files at a time. One more than cores: most of them wait for something most of the time. */
const workers = availableParallelism() + 1

interface Done {
  name: string
  count: Count
  seconds: number
  /** What a step that failed has to say. */
  said: string
}

const one = (passed: boolean): Count => ({ passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 })

/** A tool of node_modules under this very Bun, so that nothing but its packages is needed. */
async function tool(file: string, ...args: string[]): Promise<[Count, string]> {
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  const child = Bun.spawn([process.execPath, join(root, 'node_modules', file), ...args], {
    cwd: root,
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return [one(code === 0), `${out}${err}`]
}

const lint = () => tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.')

async function generate(): Promise<[Count, string]> {
  try {
    await writeClient()
    return [one(true), '']
  } catch (error) {
    return [one(false), String(error)]
  }
}

/** TypeScript 7; the 5 beside it is for the generator of the client alone. */
function types(): Promise<[Count, string]> {
  mkdirSync(kept, { recursive: true })
  const incremental = ['--singleThreaded', '--incremental', '--tsBuildInfoFile', join(kept, 'types.tsbuildinfo')]
  return tool('@typescript/native/bin/tsc', '--noEmit', '-p', '.', ...incremental)
}

const lintDocument = () => tool('@redocly/cli/bin/cli.js', 'lint', documentPath)

/** By their names at the end too: of a long run that may be all that was kept. */
const tests = (paths: string[], environment: Record<string, string>) => async (): Promise<[Count, string]> => {
  const { count, failed } = await testRun({ root, paths, workers, environment })
  return [count, [...failed, `TEST_SEED=${seed}`].join('\n')]
}

/** Says each step's end as it comes; what went wrong is said again where it can be found, at the end. */
async function step(name: string, run: () => Promise<[Count, string]>): Promise<Done[]> {
  const startedAt = performance.now()
  const [count, said] = await run()
  const done = { name, count, seconds: (performance.now() - startedAt) / 1000, said: count.failed > 0 ? said : '' }
  console.log(lineOf(done))
  return [done]
}

function lineOf({ name, count: { passed, failed, skipped }, seconds }: Done): string {
  const counted = passed + failed + skipped > 1 ? `${passed} passed, ${failed} failed, ${skipped} skipped, ` : ''
  return `${failed === 0 ? '✓' : '✗'} ${name} (${counted}${seconds.toFixed(1)} s)`
}

/** Types and document are judged as they come from the generator, so they follow it. */
async function client(): Promise<Done[]> {
  const generated = await step('generated client', generate)
  const judged = [step('types', types), step('OpenAPI document', lintDocument)]
  return [...generated, ...(await Promise.all(judged)).flat()]
}

/** On the real cluster after the rest: it has one machine to share with it. */
async function everything(): Promise<Done[]> {
  const onCluster = () => step('tests on a real cluster', tests(clusterSuites, {}))
  if (clusterOnly) return onCluster()
  const beside = [step('format and lint', lint), client(), step('tests', tests(suites, { TEST_KUBECONFIG: '' }))]
  const done = (await Promise.all(beside)).flat()
  return process.env.TEST_KUBECONFIG && suites.length === 0 ? [...done, ...(await onCluster())] : done
}

if (clusterOnly && !process.env.TEST_KUBECONFIG) {
  console.error('--cluster-only needs TEST_KUBECONFIG.')
  process.exit(2)
}
const done = await everything()
for (const { name, said } of done) if (said) console.log(`\n— ${name}\n${said.trimEnd()}`)
const sum = (of: keyof Count): number => done.reduce((total, { count }) => total + count[of], 0)
const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''
console.log(`\n${done.map(lineOf).join('\n')}\n\n${sum('passed')} passed, ${sum('failed')} failed${skipped}`)
process.exit(sum('failed') === 0 ? 0 : 1)
