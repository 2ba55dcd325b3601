import type { StorageClass } from '../../kube'
import { abilityOf } from './provisioners'
import type { StorageClassFacts } from './tables'

const defaultAnnotation = 'storageclass.kubernetes.io/is-default-class'

interface Listed extends StorageClassFacts {
  createdAt: string
}

export const listedClassOf = ({ metadata, provisioner, allowVolumeExpansion }: StorageClass): Listed => ({
  name: metadata.name,
  provisioner,
  isDefault: metadata.annotations?.[defaultAnnotation] === 'true',
  growable: allowVolumeExpansion === true,
  ...abilityOf(provisioner),
  createdAt: metadata.creationTimestamp,
})

/** By name. Of several defaults the newest is the one that Kubernetes takes. */
export function classFactsOf(listed: Listed[]): StorageClassFacts[] {
  const chosen = listed
    .filter(({ isDefault }) => isDefault)
    .sort((a, b) => (a.createdAt === b.createdAt ? (a.name < b.name ? -1 : 1) : a.createdAt < b.createdAt ? 1 : -1))[0]
  return listed
    .map(({ createdAt: _, ...facts }) => ({ ...facts, isDefault: facts.name === chosen?.name }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
