import type { Drizzle, Tx } from '../../db'
import type { Template } from '../../templates'
import { findCurrentVersion, findVersion } from '../app-templates'
import type { Instance } from './tables'

/** `soldVersion`: what new apps are made of, where it was read together with the app. */
export type Made = Pick<Instance, 'templateName' | 'templateVersion' | 'desiredState'> & {
  soldVersion?: number | null
}

/** The newer version that an app may be updated to; null where it has the current one, or is to go. */
export async function findOffer(on: Drizzle | Tx, made: Made, template: Template | undefined) {
  const { templateName, templateVersion, desiredState, soldVersion } = made
  if (desiredState === 'DELETED' || !template) return null
  const sold = soldVersion === undefined ? await findCurrentVersion(on, templateName) : soldVersion
  if (sold === null || sold <= templateVersion) return null
  const newer = await findVersion(on, templateName, sold)
  return newer ? { version: sold, changes: changesBetween(template, newer.template), note: newer.note } : null
}

/** The images that another version runs; null where a container is new or gone. */
function changesBetween({ containers: before }: Template, { containers: after }: Template) {
  const names = new Set([...before, ...after].map(({ name }) => name))
  // Which image an input says is the app's own affair, and no version changes it.
  const imageIn = (containers: Template['containers'], name: string) => {
    const image = containers.find((container) => container.name === name)?.image
    return typeof image === 'string' ? image : null
  }
  return [...names]
    .map((container) => ({ container, from: imageIn(before, container), to: imageIn(after, container) }))
    .filter(({ from, to }) => from !== to)
}
