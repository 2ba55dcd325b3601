import { type Parse, text } from './values'

/** One setting of the environment. */
export interface Variable<T> {
  name: string
  /** Other names it answers to. */
  aliases?: string[]
  parse: Parse<T>
  fallback: T
  /** How the README shows the default. */
  shown: string
  description: string
  secret?: boolean
}

export const variable = <T>(definition: Variable<T>): Variable<T> => definition
export const optional = (
  name: string,
  description: string,
  parse: Parse<string> = text,
  more: Partial<Variable<string | undefined>> = {},
) => variable<string | undefined>({ name, parse, fallback: undefined, shown: '', description, ...more })
