import type { TemplateContainer } from '../../templates'
import type { InstanceSpec } from './spec'

const defaultScratchMb = 512

export const claimNameOf = (spec: Pick<InstanceSpec, 'name'>, volume: string): string => `${spec.name}-${volume}`
export const scratchNameOf = (container: TemplateContainer): string => `scratch-${container.name}`
export const scratchMbOf = (container: TemplateContainer): number => container.scratchMb ?? defaultScratchMb
export const fileKeyOf = (container: TemplateContainer, index: number): string => `${container.name}-${index}`
