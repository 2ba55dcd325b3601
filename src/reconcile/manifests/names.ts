import type { TemplateContainer } from '../../templates'
import type { InstanceSpec } from './spec'

const defaultScratchMb = 512

type Named = Pick<TemplateContainer, 'name' | 'scratchMb'>

export const claimNameOf = (spec: Pick<InstanceSpec, 'name'>, volume: string): string => `${spec.name}-${volume}`
export const scratchNameOf = (container: Named): string => `scratch-${container.name}`
export const scratchMbOf = (container: Named): number => container.scratchMb ?? defaultScratchMb
export const fileKeyOf = (container: Named, index: number): string => `${container.name}-${index}`
/** The Secret that images are pulled with. */
export const pullSecretNameOf = (spec: Pick<InstanceSpec, 'name'>): string => `${spec.name}-pull`
/** Where a secret variable stands in the app's Secret; keys of inputs have no dot. */
export const variableKeyOf = (input: string, name: string): string => `${input}.${name}`
