import { expect } from 'bun:test'
import type { DesiredObject } from '../../../src/reconcile/manifests'

export const ofKind = <K extends DesiredObject['kind']>(objects: DesiredObject[], kind: K) =>
  objects.filter((object): object is Extract<DesiredObject, { kind: K }> => object.kind === kind)

export function onlyOf<K extends DesiredObject['kind']>(objects: DesiredObject[], kind: K) {
  const found = ofKind(objects, kind)
  expect(found).toHaveLength(1)
  return found[0]!
}

export const podOf = (objects: DesiredObject[]) => onlyOf(objects, 'Deployment').spec!.template

/** The variables that a text takes from those above it. */
export const referencesIn = (text = ''): string[] =>
  [...text.replaceAll('$$', '').matchAll(/\$\(([^)]+)\)/g)].map((match) => match[1]!)
