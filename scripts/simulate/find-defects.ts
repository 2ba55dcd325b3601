import type { Defect } from './defects'
import { simulateAside } from './seeds'

const atOnce = 2
/** A mistake that none of so many businesses meets counts as not found. */
const mostSeeds = 12

interface Size {
  days: number
  customers: number
}

/** Lives businesses with each mistake in them until one breaks. Prints a line of a table for each. @returns how many were found */
export async function findDefects(defects: readonly Defect[], size: Size): Promise<number> {
  let found = 0
  console.log('| planted | seed | day | found by | with |\n| --- | --- | --- | --- | --- |')
  const waiting = defects.values()
  const worker = async () => {
    for (const defect of waiting) if (await isFound(defect, size)) found++
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return found
}

async function isFound({ name }: Defect, size: Size): Promise<boolean> {
  for (let seed = 1; seed <= mostSeeds; seed++) {
    const { isSound, said } = await simulateAside(seed, size, ['--defect', name])
    const [, day, rule, values = ''] = /^✗ seed \d+, day (\d+): (.*)\n(.*)/m.exec(said) ?? []
    if (isSound) continue
    // A program that does not run at all has found nothing.
    if (rule === undefined) throw new Error(`${name}: ${said}`)
    console.log(`| ${name} | ${seed} | ${day} | ${rule} | ${values.slice(0, 160)} |`)
    return true
  }
  console.log(`| ${name} | - | - | nothing | |`)
  return false
}
