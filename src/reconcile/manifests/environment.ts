import { type EnvVariable, isNamed, secretInputKeys, verbatim } from '../../templates'
import { variableKeyOf } from './names'
import type { ConcreteSpec, PlatformSpec } from './spec'
import { internalHostOf, publicAuthorityOf, publicHostOf, publicUrlOf } from './urls'

interface RenderedVariable {
  name: string
  value?: string
  valueFrom?: { secretKeyRef: { name: string; key: string } }
}

/** A container's environment, in the template's order: Kubernetes puts in only variables named above. */
export function renderEnvironment(
  variables: EnvVariable[],
  spec: ConcreteSpec,
  platform: PlatformSpec,
  memoryMb: number,
): RenderedVariable[] {
  return variables
    .filter((variable) => variable.when === undefined || spec.inputs[variable.when] !== undefined)
    .flatMap((variable) =>
      'variables' in variable
        ? renderVariables(variable.variables, spec)
        : (renderVariable(variable, spec, platform, memoryMb) ?? []),
    )
}

/** In the order they were given in. */
function renderVariables(key: string, spec: ConcreteSpec): RenderedVariable[] {
  const given = spec.inputs[key]
  if (!isNamed(given)) return []
  const isSecret = secretInputKeys(spec.template).includes(key)
  return Object.entries(given).map(([name, text]) =>
    isSecret ? fromSecret(name, spec, variableKeyOf(key, name)) : { name, value: verbatim(String(text)) },
  )
}

function renderVariable(
  variable: Exclude<EnvVariable, { variables: string }>,
  spec: ConcreteSpec,
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
  const isSecret = secretInputKeys(spec.template).includes(variable.input)
  return isSecret ? fromSecret(name, spec, variable.input) : { name, value: verbatim(String(value)) }
}

const fromSecret = (name: string, spec: ConcreteSpec, key: string): RenderedVariable => ({
  name,
  valueFrom: { secretKeyRef: { name: spec.name, key } },
})

type Fact = Extract<EnvVariable, { fact: string }>['fact']

function factOf(fact: Fact, spec: ConcreteSpec, platform: PlatformSpec): string {
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
