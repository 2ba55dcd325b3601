import { type Cause, duplicateValue, invalidValue, requiredValue, unsupportedValue } from '../errors'
import { nanoOf } from '../quantity'
import type { Container, PodSpec, ResourceList } from '../types'
import { checkDnsLabel } from './names'

export const positive = 'must be greater than or equal to 0'
const portRange = 'must be between 1 and 65535, inclusive'

export function checkPodSpec(spec: PodSpec | undefined, field: string): Cause[] {
  if (!spec) return [requiredValue(field)]
  const causes: Cause[] = []
  const volumes = new Set<string>()
  spec.volumes?.forEach((volume, index) => {
    const at = `${field}.volumes[${index}].name`
    if (!volume.name) causes.push(requiredValue(at))
    else if (volumes.has(volume.name)) causes.push(duplicateValue(at, volume.name))
    else causes.push(...checkDnsLabel(volume.name, at))
    volumes.add(volume.name)
  })
  if (!spec.containers || spec.containers.length === 0) causes.push(requiredValue(`${field}.containers`))
  const names = new Set<string>()
  spec.containers?.forEach((each, index) => {
    causes.push(...checkContainer(each, `${field}.containers[${index}]`, names, volumes))
  })
  spec.initContainers?.forEach((each, index) => {
    causes.push(...checkContainer(each, `${field}.initContainers[${index}]`, names, volumes))
  })
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    const at = `${field}.terminationGracePeriodSeconds`
    causes.push(invalidValue(at, spec.terminationGracePeriodSeconds, positive))
  }
  if (spec.restartPolicy && !['Always', 'OnFailure', 'Never'].includes(spec.restartPolicy)) {
    const supported = ['Always', 'Never', 'OnFailure']
    causes.push(unsupportedValue(`${field}.restartPolicy`, spec.restartPolicy, supported))
  }
  return causes
}

function checkContainer(container: Container, field: string, names: Set<string>, volumes: Set<string>): Cause[] {
  const causes: Cause[] = []
  if (!container.name) causes.push(requiredValue(`${field}.name`))
  else causes.push(...checkDnsLabel(container.name, `${field}.name`))
  if (!container.image) causes.push(requiredValue(`${field}.image`))
  else if (container.image !== container.image.trim()) {
    causes.push(invalidValue(`${field}.image`, container.image, 'must not have leading or trailing whitespace'))
  }
  if (names.has(container.name)) causes.push(duplicateValue(`${field}.name`, container.name))
  names.add(container.name)
  causes.push(...checkPorts(container, field), ...checkEnv(container, field))
  causes.push(...checkProbes(container, field), ...checkMounts(container, field, volumes))
  causes.push(...checkResources(container, field))
  return causes
}

function checkPorts({ ports }: Container, field: string): Cause[] {
  const causes: Cause[] = []
  ports?.forEach((port, index) => {
    const at = `${field}.ports[${index}]`
    if (port.name && port.name.length > 15) {
      causes.push(invalidValue(`${at}.name`, port.name, 'must be no more than 15 characters'))
    }
    if (port.containerPort === 0) causes.push(requiredValue(`${at}.containerPort`))
    else if (!isPort(port.containerPort)) {
      causes.push(invalidValue(`${at}.containerPort`, port.containerPort, portRange))
    }
  })
  return causes
}

export const isPort = (port: unknown): boolean => Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65_535

function checkEnv({ env }: Container, field: string): Cause[] {
  const causes: Cause[] = []
  env?.forEach(({ name }, index) => {
    const at = `${field}.env[${index}].name`
    if (!name) causes.push(requiredValue(at))
    else if (!/^[ -<>-~]+$/.test(name)) {
      const rule = "a valid environment variable name must consist only of printable ASCII characters other than '='"
      causes.push(invalidValue(at, name, rule))
    }
  })
  return causes
}

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc']

function checkProbes(container: Container, field: string): Cause[] {
  const causes: Cause[] = []
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = (container as unknown as Record<string, Record<string, unknown> | undefined>)[name]
    if (!probe) continue
    if (!handlers.some((handler) => probe[handler])) {
      causes.push(requiredValue(`${field}.${name}`, 'must specify a handler type'))
    }
    for (const key of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'failureThreshold']) {
      if (Number(probe[key] ?? 0) < 0) causes.push(invalidValue(`${field}.${name}.${key}`, probe[key], positive))
    }
  }
  return causes
}

function checkMounts({ volumeMounts }: Container, field: string, volumes: Set<string>): Cause[] {
  const causes: Cause[] = []
  const paths = new Set<string>()
  volumeMounts?.forEach(({ name, mountPath }, index) => {
    const at = `${field}.volumeMounts[${index}]`
    if (!volumes.has(name)) {
      causes.push({
        reason: 'FieldValueNotFound',
        message: `Not found: ${JSON.stringify(name)}`,
        field: `${at}.name`,
      })
    }
    if (!mountPath) causes.push(requiredValue(`${at}.mountPath`))
    else if (paths.has(mountPath)) {
      causes.push(invalidValue(`${at}.mountPath`, mountPath, 'must be unique'))
    }
    paths.add(mountPath)
  })
  return causes
}

function checkResources({ resources }: Container, field: string): Cause[] {
  const causes: Cause[] = []
  for (const side of ['limits', 'requests'] as const) {
    for (const [name, amount] of Object.entries(resources?.[side] ?? {})) {
      if (nanoOf(amount) < 0n) causes.push(invalidValue(`${field}.resources.${side}[${name}]`, amount, positive))
    }
  }
  const limits: ResourceList = resources?.limits ?? {}
  for (const [name, amount] of Object.entries(resources?.requests ?? {})) {
    const limit = limits[name]
    if (limit !== undefined && nanoOf(amount) > nanoOf(limit)) {
      const rule = `must be less than or equal to ${name} limit of ${limit}`
      causes.push(invalidValue(`${field}.resources.requests`, amount, rule))
    }
  }
  return causes
}
