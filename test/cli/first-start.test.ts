import { afterAll, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { runCommand, startServer, temporaryFolder } from '../support/command'
import { sourceProgram } from '../support/program'
import { callerOf } from '../support/system'

const folder = temporaryFolder()
afterAll(folder.remove)

const passwordsIn = (text: string) => [...text.matchAll(/Administrator.* (\S+@\S+) {2}(\S+)/g)]

async function holdPort(): Promise<{ port: number; release: () => Promise<void> }> {
  const holder = createServer().listen(0, '127.0.0.1')
  await new Promise((ready) => holder.once('listening', ready))
  const { port } = holder.address() as { port: number }
  return { port, release: () => new Promise((done) => holder.close(() => done())) }
}

test('a first start that finds its port taken makes nothing, and the good one after it shows a working password once', async () => {
  const dataDir = join(folder.path, 'busy')
  const held = await holdPort()
  const environment = { PORT: String(held.port), HOST: '127.0.0.1' }
  const refused = await runCommand(['serve'], { dataDir, environment })
  expect(refused.err).toStartWith(`minispod: PORT: 127.0.0.1:${held.port} is in use: `)
  expect(refused.code).toBe(1)
  expect(existsSync(dataDir)).toBe(false)
  await held.release()

  const server = await startServer({ dataDir, environment })
  const [[, email, password] = [], ...more] = passwordsIn(server.err())
  expect(more).toEqual([])
  expect((await callerOf(server.url, {}).post('/auth/login', { email, password })).status).toBe(200)
  expect(await server.stop()).toBe(0)
  const next = await startServer({ dataDir, environment })
  expect(passwordsIn(next.err())).toEqual([])
  expect(await next.stop()).toBe(0)
}, 60_000)

test('a first start that fails late leaves no administrator and no port of a stand-in behind', async () => {
  const dataDir = join(folder.path, 'late')
  const KUBECONFIG = join(folder.path, 'nowhere.yaml')
  const failed = await runCommand(['serve'], { dataDir, environment: { PORT: '0', HOST: '127.0.0.1', KUBECONFIG } })
  expect([failed.code, passwordsIn(failed.err)]).toEqual([1, []])
  expect(existsSync(join(dataDir, 'minispod.db'))).toBe(true)
  expect(existsSync(join(dataDir, 'ports.json'))).toBe(false)
  const server = await startServer({ dataDir })
  expect(passwordsIn(server.err())).toHaveLength(1)
  expect(await server.stop()).toBe(0)
}, 60_000)

test('a stand-in whose port is taken gets a free one, which is remembered', async () => {
  const dataDir = join(folder.path, 'stand-ins')
  const main = await holdPort()
  await main.release()
  const gateway = createServer().listen(main.port + 1, '127.0.0.1')
  await new Promise((done) => gateway.once('listening', done).once('error', done))
  const environment = { PORT: String(main.port), HOST: '127.0.0.1' }
  const first = await startServer({ dataDir, environment })
  const kept = JSON.parse(readFileSync(join(dataDir, 'ports.json'), 'utf8'))
  expect(first.err()).toContain(`Payments  http://127.0.0.1:${kept.gateway}\n`)
  expect(kept.gateway).not.toBe(main.port + 1)
  expect(await first.stop()).toBe(0)
  gateway.close()
  const second = await startServer({ dataDir, environment })
  expect(second.err()).toContain(`Payments  http://127.0.0.1:${kept.gateway}\n`)
  expect(await second.stop()).toBe(0)
}, 60_000)

/** Whether a process would hear SIGTERM by now, as Linux tells it. */
function catchesSigterm(pid: number): boolean {
  const caught = /SigCgt:\s+([0-9a-f]+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0'
  return (BigInt(`0x${caught}`) & (1n << 14n)) !== 0n
}

test.skipIf(process.platform !== 'linux')(
  'SIGTERM at any moment of a start ends it with 0, and the next one is whole',
  async () => {
    const dataDir = join(folder.path, 'early')
    for (const afterMs of [0, 30, 100, 200, 350, 600]) {
      const child = Bun.spawn([process.execPath, sourceProgram], {
        env: { PATH: process.env.PATH, DATA_DIR: dataDir, PORT: '0', HOST: '127.0.0.1' },
        stdout: 'ignore',
        stderr: 'ignore',
      })
      while (!catchesSigterm(child.pid)) await Bun.sleep(1)
      await Bun.sleep(afterMs)
      child.kill('SIGTERM')
      expect([afterMs, await child.exited, child.signalCode]).toEqual([afterMs, 0, null])
    }
    const server = await startServer({ dataDir, program: sourceProgram })
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
    expect(await server.stop()).toBe(0)
    expect((await runCommand(['verify'], { dataDir })).code).toBe(0)
  },
  90_000,
)
