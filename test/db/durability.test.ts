import { afterEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import { Workplace, wallets } from './business'

const workplace = new Workplace()
afterEach(() => workplace.end())

test('what was acknowledged is there after a SIGKILL under load, and what was taken back is not', async () => {
  const url = workplace.url()
  await (await workplace.open({ url })).close()
  for (const runMs of [150, 300]) {
    const child = Bun.spawn([process.execPath, join(import.meta.dir, 'children', 'write-for-ever.ts'), url], {
      stdout: 'pipe',
      stderr: 'inherit',
    })
    const printed = new Response(child.stdout).text()
    await Bun.sleep(runMs + 150)
    child.kill('SIGKILL')
    await child.exited
    const acknowledged = (await printed).split('\n').slice(0, -1)
    expect(acknowledged.length).toBeGreaterThan(50)

    const db = await workplace.open({ url })
    const present = new Set((await db.read.select({ id: wallets.id }).from(wallets)).map(({ id }) => id))
    expect(acknowledged.filter((id) => !present.has(id))).toEqual([])
    expect([...present].filter((id) => Number(id.split('-')[1]) % 7 === 3)).toEqual([])
    expect(await db.integrity()).toEqual([])
    await db.write((tx) => tx.delete(wallets))
    await db.close()
  }
})
