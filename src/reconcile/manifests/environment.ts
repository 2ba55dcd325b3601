import type { EnvVariable, InputValue } from '../../templates'
import type { InstanceSpec, PlatformSpec } from './spec'
import { internalHostOf, publicAuthorityOf, publicHostOf, publicUrlOf } from './urls'

interface RenderedVariable {
  name: string
  value?: string
  valueFrom?: { secretKeyRef: { name: string; key: string } }
}

/** A container's environment, in the template's order: Kubernetes puts in only variables named above. */
export function renderEnvironment(
  variables: EnvVariable[],
  spec: InstanceSpec,
  platform: PlatformSpec,
  memoryMb: number,
): RenderedVariable[] {
  return variables
    .filter((variable) => variable.when === undefined || spec.inputs[variable.when] !== undefined)
    .flatMap((variable) => renderVariable(variable, spec, platform, memoryMb) ?? [])
}

function renderVariable(
  variable: EnvVariable,
  spec: InstanceSpec,
  platform: PlatformSpec,
  memoryMb: number,
): RenderedVariable | undefined {
  const { name } = variable
  if ('value' in variable) return { name, value: variable.value }
  if ('secret' in variable) return fromSecret(name, spec, variable.secret)
  if ('fact' in variable) return { name, value: factOf(variable.fact, spec, platform) + (variable.suffix ?? '') }
  if ('memoryPercent' in variable)
    return { name, value: Math.floor((memoryMb * variable.memoryPercent) / 100) + (variable.suffix ?? '') }
  const value = spec.inputs[variable.input]
  if (value === undefined) return undefined
  const isSecret = spec.template.inputs.some(({ key, type }) => key === variable.input && type === 'secret')
  return isSecret ? fromSecret(name, spec, variable.input) : { name, value: verbatim(value) }
}

const fromSecret = (name: string, spec: InstanceSpec, key: string): RenderedVariable => ({
  name,
  valueFrom: { secretKeyRef: { name: spec.name, key } },
})

/** A customer's `$(DATABASE_PASSWORD)` must stay the text it is. */
const verbatim = (value: InputValue): string => String(value).replaceAll('$', '$$$$')

type Fact = Extract<EnvVariable, { fact: string }>['fact']

function factOf(fact: Fact, spec: InstanceSpec, platform: PlatformSpec): string {
  switch (fact) {
    case 'publicUrl':
      return publicUrlOf(spec, platform)
    case 'publicHost':
      return publicHostOf(spec, platform)
    case 'publicAuthority':
      return publicAuthorityOf(spec, platform)
    case 'scheme':
      return platform.scheme
    case 'https':
      return String(platform.scheme === 'https')
    case 'internalHost':
      return internalHostOf(spec, platform)
  }
}
