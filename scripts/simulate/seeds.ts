const atOnce = 2

interface Settings extends Size {
  seeds: number[]
}

/** Each seed in a process of its own, some at a time; a line for each as it ends. @returns how many failed */
export async function simulateSeeds({ seeds, days, customers }: Settings): Promise<number> {
  let failed = 0
  const waiting = seeds.values()
  const worker = async () => {
    for (const seed of waiting) if (!(await simulateOne(seed, days, customers))) failed++
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return failed
}

interface Size {
  days: number
  customers: number
}

/** One business in a process of its own, with what it printed. */
export async function simulateAside(seed: number, { days, customers }: Size, more: string[] = []) {
  const wishes = ['--seed', String(seed), '--days', String(days), '--customers', String(customers), ...more]
  const child = Bun.spawn([process.execPath, '--no-env-file', `${import.meta.dir}/index.ts`, ...wishes], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, said] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { isSound: (await child.exited) === 0, out, said }
}

async function simulateOne(seed: number, days: number, customers: number): Promise<boolean> {
  const startedAt = performance.now()
  const { isSound, out, said } = await simulateAside(seed, { days, customers })
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0)
  console.log(
    `${isSound ? '✓' : '✗'} seed ${seed}, ${seconds} s: ${out.split('\n')[1] ?? ''}; ${out.split('\n')[2] ?? ''}`,
  )
  if (!isSound) console.error(said.trim())
  return isSound
}
