import { findPlaced, findUnfit } from './check-given'
import type { Problem } from './check-template'
import type { Template, TemplateContainer } from './template'

/** Every name that one part of the template says of another, and that isn't there. */
export function findBadReferences(template: Template): Problem[] {
  const known = {
    input: new Set(template.inputs.map(({ key }) => key)),
    secret: new Set(template.secrets.map(({ key }) => key)),
    volume: new Set(template.volumes.map(({ name }) => name)),
  }
  const references = [
    ...template.containers.flatMap((container, index) => referencesOf(container, `/containers/${index}`)),
    ...template.credentials.flatMap(({ value }, index) => keysOf(value, `/credentials/${index}`)),
    ...template.inputs.flatMap((input, index) =>
      (input.together ?? []).map((name): Reference => ({ path: `/inputs/${index}`, kind: 'input', name })),
    ),
  ]
  const placed = findPlaced(template)
  return [
    ...[...references, ...placed.map(({ path, name }): Reference => ({ path, kind: 'input', name }))]
      .filter(({ kind, name }) => !known[kind].has(name))
      .map(({ path, kind, name }) => ({ path, message: `${kind} ${name} is not defined` })),
    ...placed.flatMap((place) => findUnfit(template, place)),
    ...template.containers.flatMap(findUnknownProbePorts),
    ...findUnknownExposure(template),
  ]
}

interface Reference {
  path: string
  kind: 'input' | 'secret' | 'volume'
  name: string
}

const referencesOf = (container: TemplateContainer, path: string): Reference[] => [
  ...container.env.flatMap((variable, index) =>
    keysOf(variable, `${path}/env/${'name' in variable ? variable.name : index}`),
  ),
  ...container.mounts.map(({ volume }): Reference => ({ path: `${path}/mounts`, kind: 'volume', name: volume })),
]

function keysOf(value: object, path: string): Reference[] {
  const references: Reference[] = []
  if ('secret' in value) references.push({ path, kind: 'secret', name: String(value.secret) })
  if ('when' in value) references.push({ path, kind: 'input', name: String(value.when) })
  return references
}

function findUnknownProbePorts(container: TemplateContainer, index: number): Problem[] {
  const ports = new Set(container.ports.map(({ name }) => name))
  return Object.values(container.probes)
    .map((probe) => ('tcp' in probe ? probe.tcp : 'path' in probe ? probe.port : undefined))
    .filter((port) => port !== undefined && !ports.has(port))
    .map((port) => ({ path: `/containers/${index}/probes`, message: `port ${port} is not defined` }))
}

function findUnknownExposure({ containers, exposure }: Template): Problem[] {
  // The tenant's network policy opens the port of that name to the ingress controller.
  if (exposure.kind === 'http' && exposure.port !== 'http')
    return [{ path: '/exposure/port', message: 'must be called http' }]
  const exposed = containers.find(({ name }) => name === exposure.container)
  if (exposed?.ports.some(({ name }) => name === exposure.port)) return []
  return [{ path: '/exposure', message: `port ${exposure.port} of container ${exposure.container} is not defined` }]
}
