import { isNamed, secretInputKeys } from '../../templates'
import { secretOf } from './credentials'
import { variableKeyOf } from './names'
import type { ConcreteSpec } from './spec'

/** What the app's Secret holds. `data`, not `stringData`: an apply of the latter would never take a key away again. */
export function secretDataOf(spec: ConcreteSpec): Record<string, string> {
  const { template, inputs } = spec
  const data: Record<string, string> = {}
  for (const { key } of template.secrets) data[key] = encode(secretOf(spec, key))
  // The log-in to a registry has a Secret of its own, which no container reads.
  for (const key of secretInputKeys(template).filter((secret) => secret !== template.registry?.input)) {
    const value = inputs[key]
    if (isNamed(value))
      for (const [name, text] of Object.entries(value)) data[variableKeyOf(key, name)] = encode(String(text))
    else if (value !== undefined) data[key] = encode(String(value))
  }
  return data
}

export const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
