import { type Cause, invalidValue, requiredValue } from '../errors'
import type { Kind, Resource } from '../kinds'
import type { DraftObject } from '../types'

export const maxNameLength = 253
const maxLabelLength = 63
const maxAnnotationsBytes = 256 * 1024

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const qualifiedName = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/

const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const qualifiedRule =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const labelValueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

const namedAsLabel = new Set<Resource>(['namespaces', 'services'])
const namedFreely = new Set<Resource>(['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'])

export function checkMetadata(kind: Kind, { metadata }: DraftObject): Cause[] {
  const causes: Cause[] = []
  if (!metadata.name) causes.push(requiredValue('metadata.name', 'name or generateName is required'))
  else causes.push(...checkName(kind.resource, metadata.name))
  causes.push(...checkLabels(metadata.labels, 'metadata.labels'))
  let bytes = 0
  for (const [key, value] of Object.entries(metadata.annotations ?? {})) {
    causes.push(...checkQualifiedName(key, 'metadata.annotations'))
    bytes += key.length + value.length
  }
  if (bytes > maxAnnotationsBytes) {
    causes.push({
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${maxAnnotationsBytes} bytes`,
      field: 'metadata.annotations',
    })
  }
  for (const finalizer of metadata.finalizers ?? []) {
    causes.push(...checkQualifiedName(finalizer, 'metadata.finalizers'))
  }
  return causes
}

function checkName(resource: Resource, name: string): Cause[] {
  if (namedFreely.has(resource)) {
    return /[/%]|^\.\.?$/.test(name) ? [invalidValue('metadata.name', name, `may not contain '/' or '%'`)] : []
  }
  return namedAsLabel.has(resource) ? checkDnsLabel(name, 'metadata.name') : checkSubdomain(name, 'metadata.name')
}

export function checkDnsLabel(name: string, field: string): Cause[] {
  if (name.length > maxLabelLength) return [invalidValue(field, name, 'must be no more than 63 characters')]
  return label.test(name) ? [] : [invalidValue(field, name, labelRule)]
}

export function checkSubdomain(name: string, field: string): Cause[] {
  if (name.length > maxNameLength) return [invalidValue(field, name, 'must be no more than 253 characters')]
  return subdomain.test(name) ? [] : [invalidValue(field, name, subdomainRule)]
}

export function checkLabels(labels: Record<string, string> | undefined, field: string): Cause[] {
  const causes: Cause[] = []
  for (const key in labels) {
    causes.push(...checkQualifiedName(key, field))
    const value = labels[key]!
    if (value.length > maxLabelLength) causes.push(invalidValue(field, value, 'must be no more than 63 bytes'))
    else if (!labelValue.test(value)) causes.push(invalidValue(field, value, labelValueRule))
  }
  return causes
}

function checkQualifiedName(key: string, field: string): Cause[] {
  const slash = key.indexOf('/')
  const prefix = slash < 0 ? undefined : key.slice(0, slash)
  const name = key.slice(slash + 1)
  if (prefix !== undefined && !subdomain.test(prefix)) {
    return [invalidValue(field, key, `prefix part ${subdomainRule}`)]
  }
  if (name.length > maxLabelLength) return [invalidValue(field, key, 'name part must be no more than 63 bytes')]
  return qualifiedName.test(name) ? [] : [invalidValue(field, key, qualifiedRule)]
}
