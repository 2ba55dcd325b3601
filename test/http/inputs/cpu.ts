import { dlopen, FFIType, ptr } from 'bun:ffi'

/** The clock of the thread that asks. `process.threadCpuUsage()` is behind by up to a tick of the kernel, which is as much as we look for. */
const { name, clock } =
  process.platform === 'darwin' ? { name: 'libc.dylib', clock: 16 } : { name: 'libc.so.6', clock: 3 }
const libc = dlopen(name, { clock_gettime: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 } })
const told = new BigInt64Array(2)

/** What this thread has worked, in ms. Others of the machine may take as long as they like; the hash of a password is another thread's. */
function workedMs(): number {
  if (libc.symbols.clock_gettime(clock, ptr(told)) !== 0) throw new Error('the thread has no clock')
  return Number(told[0]) * 1_000 + Number(told[1]) / 1_000_000
}

export async function workOf(act: () => Promise<unknown>): Promise<number> {
  const before = workedMs()
  await act()
  return workedMs() - before
}

/** What `reference()` took on the two cores that the limits were set on. */
const referenceMs = 3.5
const repeats = 3

/** How many times slower this machine is at this moment, and never less than 1. */
export async function slowness(): Promise<number> {
  const times: number[] = []
  for (let done = 0; done < repeats; done++) times.push(await workOf(reference))
  return Math.max(1, Math.min(...times) / referenceMs)
}

const text = JSON.stringify(Array.from({ length: 2_000 }, (_, index) => ({ id: `thing-${index}`, count: index })))

/** Work like that of a request: bytes read, texts looked at, values made. */
async function reference(): Promise<void> {
  for (let round = 0; round < 10; round++) {
    const things = JSON.parse(text) as { id: string }[]
    if (things.filter(({ id }) => /^thing-\d*7$/.test(id)).length !== 200) throw new Error('the reference is wrong')
  }
}
