import { equal } from '../apply/compare'
import { type Cause, forbiddenValue, invalidValue, requiredValue } from '../errors'
import { nanoOf } from '../quantity'
import type { Claim, ClaimSpec, DraftObject, KubeObject } from '../types'

const maxConfigBytes = 1024 * 1024
const configKey = /^[-._a-zA-Z0-9]+$/
const configKeyRule =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

export function checkConfiguration(object: DraftObject, live?: KubeObject): Cause[] {
  const causes: Cause[] = []
  let bytes = 0
  for (const field of ['data', 'binaryData']) {
    for (const [key, value] of Object.entries((object[field] ?? {}) as Record<string, string>)) {
      if (!configKey.test(key)) causes.push(invalidValue(`${field}[${key}]`, key, configKeyRule))
      bytes += key.length + value.length
    }
  }
  if (bytes > maxConfigBytes) {
    causes.push({
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${maxConfigBytes} bytes`,
      field: 'data',
    })
  }
  if (!live?.immutable) return causes
  const rule = 'field is immutable when `immutable` is set'
  if (!object.immutable) causes.push(forbiddenValue('immutable', rule))
  for (const field of ['data', 'binaryData']) {
    if (!equal(live[field], object[field])) causes.push(forbiddenValue(field, rule))
  }
  return causes
}

export function checkSecret(object: DraftObject, live?: KubeObject): Cause[] {
  const causes: Cause[] = []
  if (live && live.type !== object.type) causes.push(invalidValue('type', object.type, 'field is immutable'))
  const data = (object.data ?? {}) as Record<string, string>
  if (object.type === 'kubernetes.io/tls') {
    for (const key of ['tls.crt', 'tls.key']) if (data[key] === undefined) causes.push(requiredValue(`data[${key}]`))
  }
  if (object.type === 'kubernetes.io/dockerconfigjson' && data['.dockerconfigjson'] === undefined) {
    causes.push(requiredValue('data[.dockerconfigjson]'))
  }
  return [...causes, ...checkConfiguration(object, live)]
}

export function checkClaim(object: DraftObject, live?: KubeObject): Cause[] {
  const spec = (object.spec ?? {}) as ClaimSpec
  const causes: Cause[] = []
  if (!spec.accessModes?.length) causes.push(requiredValue('spec.accessModes', 'at least 1 access mode is required'))
  const storage = spec.resources?.requests?.storage
  if (storage === undefined) causes.push(requiredValue('spec.resources[storage]'))
  else if (nanoOf(storage) <= 0n) {
    causes.push(invalidValue('spec.resources[storage]', storage, 'must be greater than zero'))
  }
  return live ? [...causes, ...checkClaimChange(spec, live as Claim)] : causes
}

const claimRule =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'

function checkClaimChange(spec: ClaimSpec, live: Claim): Cause[] {
  const { resources: _before, volumeName: _bound, ...fixed } = live.spec!
  const { resources: _after, volumeName: _now, ...wanted } = spec
  if (!equal(fixed, wanted)) return [forbiddenValue('spec', claimRule)]
  const storage = spec.resources?.requests?.storage
  if (nanoOf(storage) === nanoOf(live.spec?.resources?.requests?.storage)) return []
  if (live.status?.phase !== 'Bound') return [forbiddenValue('spec', claimRule)]
  if (nanoOf(storage) >= nanoOf(live.status.capacity?.storage)) return []
  return [forbiddenValue('spec.resources.requests.storage', 'field can not be less than status.capacity')]
}

export function checkBinding(object: DraftObject, live?: KubeObject): Cause[] {
  const ref = object.roleRef as { apiGroup?: string; kind?: string; name?: string } | undefined
  if (!ref?.name) return [requiredValue('roleRef.name')]
  if (!live || equal(live.roleRef, ref)) return []
  const shown = { APIGroup: ref.apiGroup ?? '', Kind: ref.kind ?? '', Name: ref.name }
  return [invalidValue('roleRef', shown, 'cannot change roleRef')]
}

export function checkStorageClass(object: DraftObject): Cause[] {
  return object.provisioner ? [] : [requiredValue('provisioner')]
}
