// One run of `bun test`, its true counts and the names of what failed.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleProgram } from './bundle'

/** For a test or a hook. bunfig.toml's has no effect; Bun's own 5 s fail whole files where the machine is busy. */
const timeoutMs = 300_000
const longestReason = 160

export interface Count {
  passed: number
  failed: number
  skipped: number
}

export interface Tests {
  count: Count
  /** A line for each that failed, with its file. */
  failed: string[]
}

export interface TestRun {
  root: string
  paths: string[]
  /** Files at a time. */
  workers: number
  environment: Record<string, string>
}

export async function testRun({ root, paths, workers, environment }: TestRun): Promise<Tests> {
  const folder = await mkdtemp(join(tmpdir(), 'minispod-tests-'))
  const report = join(folder, 'junit.xml')
  // Each worker loads our modules once, not once a file: that would cost more than the tests of most files do.
  const running = [`--timeout=${timeoutMs}`, `--parallel=${workers}`, '--no-isolate']
  const reporting = ['--reporter=junit', `--reporter-outfile=${report}`]
  const child = Bun.spawn([process.execPath, '--no-env-file', 'test', ...running, ...reporting, ...paths], {
    cwd: root,
    env: { ...process.env, ...environment, TEST_PROGRAM: await bundleProgram(join(folder, 'program')) },
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'pipe',
  })
  const said = await passOn(child.stderr)
  const code = await child.exited
  const text = await Bun.file(report)
    .text()
    .catch(() => '')
  await rm(folder, { recursive: true, force: true })
  const count = countIn(text)
  // A file that can't be loaded has no tests, and so no place in the report.
  count.failed += Number(/^ *(\d+) errors?$/m.exec(said)?.[1] ?? 0)
  const failed = failedIn(text, said)
  // Neither has a run that broke off.
  if (count.failed === 0 && (code !== 0 || count.passed + count.skipped === 0)) {
    count.failed++
    failed.push(`✗ the run itself: it ended with ${code}`)
  }
  return { count, failed }
}

/** Shows it as it comes; resolves with all of it. */
async function passOn(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  let said = ''
  for await (const part of stream) {
    process.stderr.write(part)
    said += decoder.decode(part, { stream: true })
  }
  return said
}

/** @param said what Bun printed, for the files that are in no report as they could not be loaded */
export const failedIn = (report: string, said: string): string[] => [...failuresIn(report), ...unloadedIn(said)]

/** Every failed test of a report, with the first line of why. */
function failuresIn(report: string): string[] {
  return [...report.matchAll(/<testcase ([^>]*)>\s*<failure ([^>]*)/g)].map(([, test = '', failure = '']) => {
    const [reason = ''] = attribute(failure, 'message').split('\n')
    const name = [attribute(test, 'classname'), attribute(test, 'name')].filter(Boolean).join(' > ')
    return `✗ ${attribute(test, 'file')}: ${name} — ${reason.slice(0, longestReason)}`
  })
}

/** What stands above, and in, each of the blocks that Bun prints for a file with a fault outside of its tests. */
function unloadedIn(said: string): string[] {
  const faults = said.matchAll(/^# Unhandled error between tests\n-+\n([\s\S]*?)\n-+$/gm)
  return [...faults].map(({ index, 1: fault = '' }) => {
    const file = [...said.slice(0, index).matchAll(/^(\S+\.test\.ts):$/gm)].at(-1)?.[1] ?? 'outside of the tests'
    const [reason = ''] = /^(?:\w*error|error): .*$/im.exec(fault) ?? [fault]
    return `✗ ${file}: ${reason.slice(0, longestReason)}`
  })
}

const characters: Record<string, string> = { quot: '"', amp: '&', lt: '<', gt: '>', apos: "'", '#10': '\n' }

function attribute(tag: string, name: string): string {
  const [, value = ''] = new RegExp(`\\b${name}="([^"]*)"`).exec(tag) ?? []
  return value.replace(/&(#?\w+);/g, (all, entity: string) => characters[entity] ?? all)
}

function countIn(text: string): Count {
  const [, totals = ''] = /<testsuites([^>]*)>/.exec(text) ?? []
  const read = (name: string): number => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(totals)?.[1] ?? 0)
  const failed = read('failures') + read('errors')
  const skipped = read('skipped')
  return { passed: read('tests') - failed - skipped, failed, skipped }
}
