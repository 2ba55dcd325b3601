import { type Cause, invalidValue, requiredValue, unsupportedValue } from '../errors'
import type { DraftObject, IngressSpec, KubeObject, ServiceSpec } from '../types'
import { checkSubdomain } from './names'
import { isPort } from './pod'

const serviceTypes = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']

export function checkService(object: DraftObject, live?: KubeObject): Cause[] {
  const spec = (object.spec ?? {}) as ServiceSpec
  const causes: Cause[] = []
  if (!serviceTypes.includes(spec.type ?? '')) causes.push(unsupportedValue('spec.type', spec.type, serviceTypes))
  if (spec.type === 'ExternalName') {
    if (!spec.externalName) causes.push(requiredValue('spec.externalName'))
    return causes
  }
  const ports = spec.ports ?? []
  if (ports.length === 0 && spec.clusterIP !== 'None') causes.push(requiredValue('spec.ports'))
  ports.forEach((port, index) => {
    if (ports.length > 1 && !port.name) causes.push(requiredValue(`spec.ports[${index}].name`))
    if (!isPort(port.port)) {
      causes.push(invalidValue(`spec.ports[${index}].port`, port.port, 'must be between 1 and 65535, inclusive'))
    }
  })
  const before = (live?.spec as ServiceSpec | undefined)?.clusterIP
  if (before && spec.clusterIP !== before) {
    causes.push(invalidValue('spec.clusterIPs[0]', [spec.clusterIP], 'may not change once set'))
  }
  return causes
}

export function checkIngress(object: DraftObject): Cause[] {
  const spec = (object.spec ?? {}) as IngressSpec
  if (!spec.rules?.length && !spec.defaultBackend) {
    return [invalidValue('spec', null, 'either `defaultBackend` or `rules` must be specified')]
  }
  return (spec.rules ?? []).flatMap((rule, index) => checkRule(rule, `spec.rules[${index}]`))
}

type Rule = NonNullable<IngressSpec['rules']>[number]

function checkRule({ host, http }: Rule, field: string): Cause[] {
  const causes: Cause[] = []
  if (host) causes.push(...checkSubdomain(host.replace(/^\*\./, ''), `${field}.host`))
  http?.paths?.forEach(({ path, pathType, backend }, index) => {
    const at = `${field}.http.paths[${index}]`
    if (!pathType) causes.push(requiredValue(`${at}.pathType`, 'pathType must be specified'))
    else if (pathType !== 'ImplementationSpecific' && !path?.startsWith('/')) {
      causes.push(invalidValue(`${at}.path`, path ?? '', 'must be an absolute path'))
    }
    const open = backend as typeof backend & { resource?: unknown }
    if (!open.service && !open.resource) {
      causes.push(invalidValue(`${at}.backend`, '', 'resource or service backend is required'))
    } else if (open.service && !open.service.port?.name && !open.service.port?.number && pathType) {
      causes.push(requiredValue(`${at}.backend`, 'port name or number is required'))
    }
  })
  return causes
}
