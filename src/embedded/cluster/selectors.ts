import { badRequest } from './errors'
import type { KubeObject, LabelSelector } from './types'

export type Matcher = (object: KubeObject) => boolean
type Labels = Record<string, string> | undefined

/** `a=b,c!=d,e in (f,g),h notin (i),j,!k` as the API server reads it; undefined for an empty selector. */
export function parseLabelSelector(text: string | null): Matcher | undefined {
  if (!text) return undefined
  const tests = splitRequirements(text).map(parseRequirement)
  return (object) => tests.every((test) => test(object.metadata.labels))
}

/** Commas inside parentheses separate values, not requirements. */
function splitRequirements(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let index = 0; index < text.length; index++) {
    const char = text[index]
    if (char === '(') depth++
    else if (char === ')') depth--
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(start, index))
      start = index + 1
    }
  }
  parts.push(text.slice(start))
  return parts.map((part) => part.trim())
}

const setRequirement = /^([^\s!=(),]+)\s+(in|notin)\s*\(([^()]*)\)$/
const equalRequirement = /^([^\s!=(),]+)\s*(==|=|!=)\s*([^\s!=(),]*)$/
const existsRequirement = /^(!?)\s*([^\s!=(),]+)$/

function parseRequirement(part: string): (labels: Labels) => boolean {
  const set = setRequirement.exec(part)
  if (set) {
    const [, key, operator, list] = set as unknown as [string, string, string, string]
    const values = new Set(list.split(',').map((value) => value.trim()))
    if (operator === 'in') return (labels) => labels?.[key] !== undefined && values.has(labels[key])
    return (labels) => labels?.[key] === undefined || !values.has(labels[key])
  }
  const equal = equalRequirement.exec(part)
  if (equal) {
    const [, key, operator, value] = equal as unknown as [string, string, string, string]
    return operator === '!=' ? (labels) => labels?.[key] !== value : (labels) => labels?.[key] === value
  }
  const exists = existsRequirement.exec(part)
  if (exists) {
    const [, not, key] = exists as unknown as [string, string, string]
    return not ? (labels) => labels?.[key] === undefined : (labels) => labels?.[key] !== undefined
  }
  throw badRequest(
    part.split('=').length > 2
      ? `found '=', expected: ',' or 'end of string'`
      : `unable to parse requirement: found '${part}', expected: identifier`,
  )
}

/** A selector inside an object. Without any requirement it selects everything. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  for (const key in selector?.matchLabels) if (labels?.[key] !== selector?.matchLabels?.[key]) return false
  for (const { key, operator, values } of selector?.matchExpressions ?? []) {
    const value = labels?.[key]
    if (operator === 'In' && (value === undefined || !values?.includes(value))) return false
    if (operator === 'NotIn' && value !== undefined && values?.includes(value)) return false
    if (operator === 'Exists' && value === undefined) return false
    if (operator === 'DoesNotExist' && value !== undefined) return false
  }
  return true
}

export function matchesLabels(wanted: Record<string, string>, labels: Labels): boolean {
  for (const key in wanted) if (labels?.[key] !== wanted[key]) return false
  return true
}

const everyField = ['metadata.name', 'metadata.namespace']
const moreFields: Record<string, string[]> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.phase',
    'status.podIP',
  ],
  events: [
    ...['involvedObject.kind', 'involvedObject.name', 'involvedObject.namespace', 'involvedObject.uid'],
    ...['involvedObject.apiVersion', 'involvedObject.fieldPath', 'reason', 'type', 'reportingComponent', 'source'],
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  secrets: ['type'],
  replicasets: ['status.replicas'],
}

/** `metadata.name=a,status.phase!=Running`; a field the kind doesn't offer is refused. */
export function parseFieldSelector(text: string | null, resource: string): Matcher | undefined {
  if (!text) return undefined
  const known = [...everyField, ...(moreFields[resource] ?? [])]
  const tests = text.split(',').map((part) => {
    const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(part.trim())
    if (!match) throw badRequest(`invalid field selector "${part}": can't understand "${part}"`)
    const [, field, operator, value] = match as unknown as [string, string, string, string]
    if (!known.includes(field)) throw badRequest(unknownField(resource, field, known))
    const path = field.split('.')
    return (object: KubeObject) => (fieldOf(object, path) === value) === (operator !== '!=')
  })
  return (object) => tests.every((test) => test(object))
}

const unknownField = (resource: string, field: string, known: string[]): string =>
  known.length === everyField.length
    ? `"${field}" is not a known field selector: only ${everyField.map((each) => `"${each}"`).join(', ')}`
    : `field label not supported: ${field} (${resource})`

function fieldOf(object: unknown, path: string[]): string {
  let value = object
  for (const part of path) value = (value as Record<string, unknown> | undefined)?.[part]
  if (value === undefined || value === null) return path.at(-1) === 'unschedulable' ? 'false' : ''
  return String(value)
}
