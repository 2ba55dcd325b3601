import { afterEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import { eventually, type House, openHouse } from './house'

let house: House
afterEach(() => house.close())

const script = join(import.meta.dir, 'children/worker.ts')

function startWorker(url: string, mode: 'hang' | 'work') {
  const child = Bun.spawn([process.execPath, script, url, mode], { stdout: 'pipe', stderr: 'inherit' })
  const lines: string[] = []
  const read = (async () => {
    const reader = child.stdout.getReader()
    const decoder = new TextDecoder()
    let rest = ''
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const found = (rest + decoder.decode(part.value, { stream: true })).split('\n')
      rest = found.pop()!
      lines.push(...found)
    }
  })()
  const kill = async () => {
    child.kill('SIGKILL')
    await child.exited
    await read
  }
  return { lines, kill }
}

test('a process killed in the middle of a job leaves it to the next one, which finishes it exactly once more', async () => {
  house = await openHouse()
  await house.enqueue('write', 'before', { name: 'before' })
  await house.enqueue('write', 'cut', { name: 'cut', hang: true })
  const first = startWorker(house.url, 'hang')
  await eventually(async () => first.lines.includes('ran cut 1') && (await house.job('before')).status === 'DONE')
  await first.kill()
  expect(await house.job('cut')).toMatchObject({ status: 'RUNNING', attempts: 1 })
  const second = startWorker(house.url, 'work')
  try {
    await eventually(async () => (await house.job('cut')).status === 'DONE')
    await Bun.sleep(100)
    expect(first.lines).toEqual(['ran before 1', 'ran cut 1'])
    expect(second.lines).toEqual(['ran cut 1'])
    expect(await house.job('cut')).toMatchObject({ attempts: 1, lost: 1, lease: 2 })
  } finally {
    await second.kill()
  }
})

test('a process killed with a job of a line leaves the others behind it until the next process has finished it', async () => {
  house = await openHouse()
  await house.enqueueAll(
    ['one', 'two', 'three'].map((name) => ({
      ...{ kind: 'write', key: name, subject: 'line' },
      payload: { name, hang: name === 'one' },
    })),
  )
  const first = startWorker(house.url, 'hang')
  await eventually(() => first.lines.length > 0)
  await first.kill()
  expect(await house.job('two')).toMatchObject({ status: 'QUEUED', behind: true })
  const second = startWorker(house.url, 'work')
  try {
    await eventually(async () => (await house.all()).every(({ status }) => status === 'DONE'))
    expect([first.lines, second.lines]).toEqual([['ran one 1'], ['ran one 1', 'ran two 1', 'ran three 1']])
  } finally {
    await second.kill()
  }
})
