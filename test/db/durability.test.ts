import { afterEach, expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Workplace, wallet, wallets } from './business'
import { writeUntilKilled } from './killed-writer'

const workplace = new Workplace()
afterEach(() => workplace.end())

test('what was acknowledged is there after a SIGKILL under load, and what was taken back is not', async () => {
  const url = workplace.url()
  await (await workplace.open({ url })).close()
  for (const runMs of [150, 300]) {
    const acknowledged = await writeUntilKilled(url, { atLeast: 50, thenMs: runMs })

    const db = await workplace.open({ url })
    const present = new Set((await db.read.select({ id: wallets.id }).from(wallets)).map(({ id }) => id))
    expect(acknowledged.filter((id) => !present.has(id))).toEqual([])
    expect([...present].filter((id) => Number(id.split('-')[1]) % 7 === 3)).toEqual([])
    expect(await db.integrity()).toEqual([])
    await db.write((tx) => tx.delete(wallets))
    await db.close()
  }
})

test('another program that opens the file and closes it again does not take the log away under the server', async () => {
  const url = workplace.url()
  // As a start does: one connection that migrates, then those that serve.
  const db = await workplace.open({ url })
  await db.write((tx) => tx.insert(wallets).values(wallet('before')))
  const path = url.slice('file:'.length)
  const log = statSync(`${path}-wal`).ino
  const other = Bun.spawn([process.execPath, join(import.meta.dir, 'children', 'look-in.ts'), path])
  expect(await other.exited).toBe(0)
  expect(statSync(`${path}-wal`, { throwIfNoEntry: false })?.ino).toBe(log)
})
