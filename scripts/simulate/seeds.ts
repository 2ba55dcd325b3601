const atOnce = 2

interface Settings {
  seeds: number[]
  days: number
  customers: number
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

async function simulateOne(seed: number, days: number, customers: number): Promise<boolean> {
  const startedAt = performance.now()
  const wishes = ['--seed', String(seed), '--days', String(days), '--customers', String(customers)]
  const child = Bun.spawn([process.execPath, '--no-env-file', `${import.meta.dir}/index.ts`, ...wishes], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, said] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  const isSound = (await child.exited) === 0
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0)
  console.log(
    `${isSound ? '✓' : '✗'} seed ${seed}, ${seconds} s: ${out.split('\n')[1] ?? ''}; ${out.split('\n')[2] ?? ''}`,
  )
  if (!isSound) console.error(said.trim())
  return isSound
}
