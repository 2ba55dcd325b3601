// What `npm test` runs, in order. Arguments go to `bun test`; with TEST_KUBECONFIG the cluster's suites run there as well,
// and with --cluster-only nothing else does.
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { documentPath, writeClient } from './openapi-client'

const root = join(import.meta.dir, '..')
const clusterOnly = process.argv.includes('--cluster-only')
const suites = process.argv.slice(2).filter((argument) => argument !== '--cluster-only')
/** What speaks to a cluster, and so must hold on the embedded one and on a real one alike. */
const clusterSuites = ['test/contract', 'test/flows', 'test/reconcile/manifests/cluster.test.ts']

interface Count {
  passed: number
  failed: number
  skipped: number
}

const one = (passed: boolean): Count => ({ passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 })

type Step = [string, () => Promise<Count>]

const steps: Step[] = [
  ['format and lint', () => tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.')],
  ['generated client', generate],
  ['types', () => tool('typescript/bin/tsc', '--noEmit', '-p', '.')],
  ['OpenAPI document', () => tool('@redocly/cli/bin/cli.js', 'lint', documentPath)],
  ['tests', () => testRun(suites, { TEST_KUBECONFIG: '' })],
]
const onCluster: Step = ['tests on a real cluster', () => testRun(clusterSuites, {})]
if (clusterOnly) {
  assertCluster()
  steps.splice(0, steps.length, onCluster)
} else if (process.env.TEST_KUBECONFIG && suites.length === 0) {
  steps.push(onCluster)
}

function assertCluster(): void {
  if (process.env.TEST_KUBECONFIG) return
  console.error('--cluster-only needs TEST_KUBECONFIG.')
  process.exit(2)
}

/** A tool of node_modules under this very Bun, so that nothing but its packages is needed. */
async function tool(file: string, ...args: string[]): Promise<Count> {
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
  if (code !== 0) console.log(`${out}${err}`.trimEnd())
  return one(code === 0)
}

async function generate(): Promise<Count> {
  try {
    await writeClient()
    return one(true)
  } catch (error) {
    console.log(String(error))
    return one(false)
  }
}

async function testRun(paths: string[], environment: Record<string, string>): Promise<Count> {
  const report = join(tmpdir(), `minispod-junit-${process.pid}.xml`)
  const reporting = ['--reporter=junit', `--reporter-outfile=${report}`]
  const child = Bun.spawn([process.execPath, '--no-env-file', 'test', ...reporting, ...paths], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
  })
  const code = await child.exited
  const count = await readCount(report)
  await rm(report, { force: true })
  // A file that can't be loaded, or a run that broke off, fails no test by name.
  if (code !== 0 && count.failed === 0) count.failed++
  return count
}

async function readCount(report: string): Promise<Count> {
  const text = await Bun.file(report)
    .text()
    .catch(() => '')
  const [, totals = ''] = /<testsuites([^>]*)>/.exec(text) ?? []
  const read = (name: string): number => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(totals)?.[1] ?? 0)
  const failed = read('failures') + read('errors')
  const skipped = read('skipped')
  return { passed: read('tests') - failed - skipped, failed, skipped }
}

const total: Count = { passed: 0, failed: 0, skipped: 0 }
const lines: string[] = []
for (const [name, run] of steps) {
  console.log(`\n— ${name}`)
  const startedAt = performance.now()
  const { passed, failed, skipped } = await run()
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
  const counted = passed + failed + skipped > 1 ? `${passed} passed, ${failed} failed, ${skipped} skipped, ` : ''
  lines.push(`${failed === 0 ? '✓' : '✗'} ${name} (${counted}${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
console.log(`\n${lines.join('\n')}\n\n${total.passed} passed, ${total.failed} failed${skipped}`)
process.exit(total.failed === 0 ? 0 : 1)
