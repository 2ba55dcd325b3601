import type { InputValue, InputValues } from './input-values'
import type { Given, Template, TemplateContainer } from './template'

/** A container with everything in its place that inputs may say. */
export interface ConcreteContainer
  extends Omit<TemplateContainer, 'image' | 'command' | 'args' | 'ports' | 'mounts' | 'user' | 'group'> {
  image: string
  /** The image is somebody's own choice, not the template's. */
  isGivenImage: boolean
  command?: string[]
  args?: string[]
  ports: { name: string; port: number }[]
  mounts: { volume: string; path: string; subPath: string; readOnly?: boolean }[]
  user: number
  group: number
}

export type ConcreteTemplate = Omit<Template, 'containers'> & { containers: ConcreteContainer[] }

// Of an app whose configuration was erased only the names of its objects matter: nothing of this is ever run.
const erased = { image: 'erased.invalid/erased:0', port: 1, user: 65_535 }

/** The template with the values of its inputs put in. Never throws: what is missing was erased with its app. */
export function concreteOf(template: Template, inputs: InputValues): ConcreteTemplate {
  return { ...template, containers: template.containers.map((container) => concreteContainer(container, inputs)) }
}

function concreteContainer(container: TemplateContainer, inputs: InputValues): ConcreteContainer {
  const { image, command, args, ports, mounts, user, group, ...rest } = container
  const words = wordsOf(command, inputs)
  const moreWords = wordsOf(args, inputs)
  return {
    ...rest,
    image: filledBy(image, inputs) ?? erased.image,
    isGivenImage: typeof image !== 'string',
    ...(words && { command: words }),
    ...(moreWords && { args: moreWords }),
    ports: ports.map(({ name, port }) => ({ name, port: filledBy(port, inputs) ?? erased.port })),
    mounts: mounts.flatMap(({ path, ...mount }) => {
      const folder = filledBy(path, inputs)
      return folder === undefined ? [] : [{ ...mount, path: folder }]
    }),
    user: filledBy(user, inputs) ?? erased.user,
    group: filledBy(group, inputs) ?? erased.user,
  }
}

/** Kubernetes would put a variable in place of `$(NAME)`: what somebody has typed must stay the text it is. */
export const verbatim = (text: string): string => text.replaceAll('$', '$$$$')

const wordsOf = (own: string[] | Given | undefined, inputs: InputValues): string[] | undefined =>
  isGiven(own) ? filledBy<string[]>(own, inputs)?.map(verbatim) : own

/** A value of the template's own, or the one of the input it names. */
function filledBy<T extends InputValue>(own: T | Given | undefined, inputs: InputValues): T | undefined {
  return isGiven(own) ? (inputs[own.input] as T | undefined) : own
}

const isGiven = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'input' in value
