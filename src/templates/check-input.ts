import { checkPath, findCommandProblems, findRegistryProblems, findVariableProblems } from './check-parts'
import type { Problem } from './check-template'
import { checkText } from './check-text'
import { checkImage } from './image-reference'
import type { TemplateInput } from './template'

const maxEmailLength = 254
const maxReferenceLength = 512
const emailForm = '^[^\\s@,;<>"]+@[^\\s@,;<>"]+\\.[^\\s@,;<>".]+$'

/** What is wrong with a value for that input, with the place inside of it; empty if it may be one. No message repeats the value. */
export function findInputProblems(input: TemplateInput, value: unknown): Problem[] {
  switch (input.type) {
    case 'variables':
    case 'secret-variables':
      return findVariableProblems(value)
    case 'command':
      return findCommandProblems(value)
    case 'registry':
      return findRegistryProblems(value)
    default: {
      const message = checkScalar(input, value)
      return message === undefined ? [] : [{ path: '', message }]
    }
  }
}

type Scalar = Exclude<TemplateInput, { type: 'variables' | 'secret-variables' | 'command' | 'registry' }>

function checkScalar(input: Scalar, value: unknown): string | undefined {
  switch (input.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false'
    case 'integer':
      return checkInteger(input, value)
    case 'enum':
      return typeof value === 'string' && input.options.includes(value)
        ? undefined
        : `must be one of ${input.options.join(', ')}`
    case 'email':
      return checkText(value, [3, maxEmailLength], emailForm, 'must be an e-mail address')
    case 'image':
      return checkText(value, [1, maxReferenceLength]) ?? checkImage(value as string)
    case 'path':
      return checkPath(value)
    default:
      return (
        checkText(value, [input.minLength ?? 0, input.maxLength], input.pattern) ??
        (isExcepted(input.except, String(value)) ? 'is a value that the app keeps for itself' : undefined)
      )
  }
}

const isExcepted = (except: string[] | undefined, value: string): boolean =>
  except?.some((kept) => (kept.endsWith('*') ? value.startsWith(kept.slice(0, -1)) : value === kept)) ?? false

function checkInteger(input: Extract<TemplateInput, { type: 'integer' }>, value: unknown): string | undefined {
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= input.min && value <= input.max
  return fits ? undefined : `must be a whole number from ${input.min} to ${input.max}`
}
