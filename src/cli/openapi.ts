import { createFeatures } from '../app'
import { describeApi } from '../http/openapi'
import type { Parts } from '../parts'
import { version } from '../version'
import { say } from './say'

/** Routes only close over their parts: describing them runs none, so none are built. */
const noParts = {} as Parts

export async function printOpenApi(): Promise<number> {
  await say(JSON.stringify(await describeApi(createFeatures(noParts), version), null, 2))
  return 0
}
