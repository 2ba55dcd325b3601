// One run of `bun test` and its true counts.
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** For a test or a hook. bunfig.toml's has no effect; Bun's own 5 s fail whole files where the machine is busy. */
const timeoutMs = 120_000
const tailLength = 4_000

export interface Count {
  passed: number
  failed: number
  skipped: number
}

export interface TestRun {
  root: string
  paths: string[]
  /** Files at a time. */
  workers: number
  environment: Record<string, string>
}

export async function testRun({ root, paths, workers, environment }: TestRun): Promise<Count> {
  const report = join(tmpdir(), `minispod-junit-${process.pid}.xml`)
  // Each worker loads our modules once, not once a file: that would cost more than the tests of most files do.
  const running = [`--timeout=${timeoutMs}`, `--parallel=${workers}`, '--no-isolate']
  const reporting = ['--reporter=junit', `--reporter-outfile=${report}`]
  const child = Bun.spawn([process.execPath, '--no-env-file', 'test', ...running, ...reporting, ...paths], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'pipe',
  })
  const tail = await passOn(child.stderr)
  const code = await child.exited
  const count = await readCount(report)
  await rm(report, { force: true })
  // A file that can't be loaded has no tests, and so no place in the report.
  count.failed += Number(/^ *(\d+) errors?$/m.exec(tail)?.[1] ?? 0)
  // Neither has a run that broke off.
  if (count.failed === 0 && (code !== 0 || count.passed + count.skipped === 0)) count.failed++
  return count
}

/** Shows it as it comes; resolves with its end. */
async function passOn(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  let tail = ''
  for await (const part of stream) {
    process.stderr.write(part)
    tail = (tail + decoder.decode(part, { stream: true })).slice(-tailLength)
  }
  return tail
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
