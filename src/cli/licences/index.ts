import own from '../../../LICENSE' with { type: 'text' }
import { say } from '../say'
import { collectLicences } from './collect' with { type: 'macro' }

/** Ours, and those of all that the program carries. */
export async function printLicences(): Promise<number> {
  await say(`${own.trim()}\n\n${'='.repeat(80)}\nMinisPod carries the packages below.\n\n${collectLicences()}`)
  return 0
}
