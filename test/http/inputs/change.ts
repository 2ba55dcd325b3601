import type { Call } from '../who-may-call/row'
import type { Field } from './fields'

/** A JSON text with another text in the place that `steps` lead to; what is on the way and not there is made. */
export function withValue(body: unknown, steps: string[], text: string): string {
  if (steps.length === 0) return text
  const [step, ...rest] = steps as [string, ...string[]]
  const inner = withValue(Reflect.get(Object(body), step), rest, text)
  if (step === '0') return `[${inner}]`
  const others = Object.entries(Object(body)).filter(([name]) => name !== step)
  const written = others.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
  return `{${[...written, `${JSON.stringify(step)}:${inner}`].join()}}`
}

export function without(body: unknown, name: string): string {
  const { [name]: _, ...others } = body as Record<string, unknown>
  return JSON.stringify(others)
}

/** The call with one text in the place of a parameter. */
export function withText(call: Call, { place, steps: [name] }: Field, text: string): Call {
  const holder = place === 'path' ? 'params' : place === 'query' ? 'query' : 'headers'
  return { ...call, [holder]: { ...call[holder], [name!]: text } }
}
