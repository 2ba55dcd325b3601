import { afterEach, expect, test } from 'bun:test'
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../../src/db/database'
import { Workplace, wallet, wallets } from './business'
import { writeUntilKilled } from './killed-writer'

const workplace = new Workplace()
afterEach(() => workplace.end())

const pathOf = (url: string) => url.slice('file:'.length)
const idsOf = async (db: Database) => (await db.read.select({ id: wallets.id }).from(wallets)).map(({ id }) => id)

/** Not by this process: it would keep a hold of the files that a test takes away. */
function migrateElsewhere(url: string): { exitCode: number; said: string } {
  const command = [process.execPath, join(import.meta.dir, 'children', 'migrate.ts'), url]
  const { exitCode, stderr } = Bun.spawnSync(command)
  return { exitCode, said: stderr.toString() }
}

/** A database whose server was killed with everything still in the log. */
async function killed(): Promise<{ url: string; path: string; acknowledged: string[] }> {
  const url = workplace.url()
  expect(migrateElsewhere(url).exitCode).toBe(0)
  const acknowledged = await writeUntilKilled(url, { atLeast: 60 })
  return { url, path: pathOf(url), acknowledged }
}

/**
 * As much of a log as somebody was told of, whenever its server was killed: up to the end of the last commit but one. The last may
 * not have come to its mark yet, and behind it may be half of another: who loses those loses nothing that was promised.
 */
function toldOf(log: Buffer): number {
  const frame = 24 + log.readUInt32BE(8)
  const ends: number[] = []
  for (let at = 32; at + frame <= log.length && log.compare(log, 16, 24, at + 8, at + 16) === 0; at += frame) {
    // The size of the database after a commit; 0 in every other frame.
    if (log.readUInt32BE(at + 4) > 0) ends.push(at + frame)
  }
  expect(ends.length).toBeGreaterThan(1)
  return ends.at(-2)!
}

const refusal = (url: string): Promise<Error> =>
  workplace.open({ url }).then(
    () => new Error('it was opened'),
    (error) => error,
  )

const told = /^The database \S+test\.db lacks (\d+) of the commits that were acknowledged, the last at 20\S+Z: its log/

test('a log that was taken away is missed, and nothing is lost by the refusal', async () => {
  const { url, path, acknowledged } = await killed()
  const log = readFileSync(`${path}-wal`)
  rmSync(`${path}-wal`)
  rmSync(`${path}-shm`)
  const starts = [migrateElsewhere(url), migrateElsewhere(url)]
  for (const { exitCode, said } of starts) {
    expect(exitCode).toBe(1)
    expect(said).toMatch(/test\.db lacks \d+ of .*; to go on without them: minispod accept-loss\n/)
  }
  writeFileSync(`${path}-wal`, log)
  const present = new Set(await idsOf(await workplace.open({ url })))
  expect(acknowledged.filter((id) => !present.has(id))).toEqual([])
})

test('a log that was emptied is missed', async () => {
  const { url, path } = await killed()
  truncateSync(`${path}-wal`)
  expect((await refusal(url)).message).toMatch(told)
})

test.each([0.1, 0.5, 0.9])('a log with one wrong byte at %p of it is refused, and kept as it is', async (at) => {
  const { url, path } = await killed()
  const log = readFileSync(`${path}-wal`)
  const place = Math.floor(toldOf(log) * at)
  log[place] = log[place]! ^ 0xff
  writeFileSync(`${path}-wal`, log)
  expect((await refusal(url)).message).toMatch(told)
  expect(readFileSync(`${path}-wal.damaged`).equals(log)).toBe(true)
})

test('a log that lost no more than the end of its last commit is missed', async () => {
  const from = workplace.url()
  const db = await workplace.open({ url: from })
  for (const id of ['a', 'b', 'c']) await db.write((tx) => tx.insert(wallets).values(wallet(id)))
  const url = workplace.url()
  for (const part of ['', '-wal', '-mark']) Bun.spawnSync(['cp', `${pathOf(from)}${part}`, `${pathOf(url)}${part}`])
  truncateSync(`${pathOf(url)}-wal`, statSync(`${pathOf(url)}-wal`).size - 1)
  expect((await refusal(url)).message).toContain('lacks 1 of the commits')
})

test('an older copy in the place of the file is refused, and so is none', async () => {
  const url = workplace.url()
  const path = pathOf(url)
  const db = await workplace.open({ url })
  await db.write((tx) => tx.insert(wallets).values(wallet('a')))
  await db.close()
  copyFileSync(path, `${path}.copy`)
  const again = await workplace.open({ url })
  await again.write((tx) => tx.insert(wallets).values(wallet('b')))
  await again.write((tx) => tx.insert(wallets).values(wallet('c')))
  await again.close()
  const now = readFileSync(path)
  copyFileSync(`${path}.copy`, path)
  expect((await refusal(url)).message).toContain('lacks 2 of')
  rmSync(path)
  expect((await refusal(url)).message).toContain('lacks 3 of')
  writeFileSync(path, now)
  expect(await idsOf(await workplace.open({ url }))).toEqual(['a', 'b', 'c'])
})

test('a copy without its mark, a mark that can’t be read, and a file from before there were marks are opened', async () => {
  const { url, path } = await killed()
  for (const text of [undefined, '', 'garbage', '{"commits":"x"}', '{"commits":9,"at":"never"}']) {
    if (text === undefined) rmSync(`${path}-mark`)
    else writeFileSync(`${path}-mark`, text)
    await (await workplace.open({ url })).close()
  }
})

test('what changes nothing writes nothing, and what fails is not counted', async () => {
  const url = workplace.url()
  const db = await workplace.open({ url })
  await db.write((tx) => tx.insert(wallets).values(wallet('a')))
  const mark = () => JSON.parse(readFileSync(`${pathOf(url)}-mark`, 'utf8')).commits
  const log = () => statSync(`${pathOf(url)}-wal`).size
  const before = [mark(), log()]
  await db.write((tx) => tx.select().from(wallets).all())
  await db.write((tx) => tx.insert(wallets).values(wallet('a'))).catch(() => {})
  expect([mark(), log()]).toEqual(before)
  await db.write((tx) => tx.insert(wallets).values(wallet('b')))
  expect(mark()).toBe(before[0] + 1)
})

test('a command beside the server counts on, and at the end of its numbers the counter begins anew', async () => {
  const url = workplace.url()
  const db = await workplace.open({ url })
  await db.write(async (tx) => {
    await tx.insert(wallets).values(wallet('a'))
    await tx.run(`PRAGMA user_version = ${2 ** 31 - 2}`)
  })
  const beside = await workplace.open({ url, beside: true })
  for (const id of ['b', 'c', 'd', 'e']) {
    await (id < 'd' ? beside : db).write((tx) => tx.insert(wallets).values(wallet(id)))
  }
  await beside.close()
  await db.close()
  expect(JSON.parse(readFileSync(`${pathOf(url)}-mark`, 'utf8')).commits).toBe(-(2 ** 31) + 3)
  expect((await idsOf(await workplace.open({ url }))).length).toBe(5)
  expect(existsSync(`${pathOf(url)}-wal.damaged`)).toBe(false)
})
