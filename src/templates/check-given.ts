import type { Problem } from './check-template'
import type { Template, TemplateContainer, TemplateInput } from './template'

type InputType = TemplateInput['type']

/** A place of a template that an input fills, and what kind of input can. */
interface Placed {
  path: string
  name: string
  types: InputType[]
  /** Nothing can run without it. */
  isNeeded?: boolean
  /** Bounds of a whole number. */
  within?: [min: number, max: number]
}

const texts: InputType[] = ['string', 'secret', 'email', 'integer', 'boolean', 'enum', 'image', 'path']
const port: Pick<Placed, 'types' | 'isNeeded' | 'within'> = { types: ['integer'], isNeeded: true, within: [1, 65_535] }
const id: typeof port = { types: ['integer'], isNeeded: true, within: [0, 65_535] }

export function findPlaced({ containers, credentials, registry }: Template): Placed[] {
  return [
    ...containers.flatMap((container, index) => placedIn(container, `/containers/${index}`)),
    ...credentials.flatMap(({ value }, index) => place(value, { path: `/credentials/${index}`, types: texts })),
    ...place(registry, { path: '/registry', types: ['registry'] }),
  ]
}

function placedIn(container: TemplateContainer, path: string): Placed[] {
  const { image, command, args, ports, mounts, user, group, env } = container
  return [
    ...place(image, { path: `${path}/image`, types: ['image'], isNeeded: true }),
    ...place(command, { path: `${path}/command`, types: ['command'] }),
    ...place(args, { path: `${path}/args`, types: ['command'] }),
    ...ports.flatMap((item, index) => place(item.port, { path: `${path}/ports/${index}`, ...port })),
    ...mounts.flatMap((item, index) => place(item.path, { path: `${path}/mounts/${index}`, types: ['path'] })),
    ...place(user, { path: `${path}/user`, ...id }),
    ...place(group, { path: `${path}/group`, ...id }),
    ...env.flatMap((variable, index): Placed[] =>
      'variables' in variable
        ? [{ path: `${path}/env/${index}`, name: variable.variables, types: ['variables', 'secret-variables'] }]
        : place(variable, { path: `${path}/env/${variable.name}`, types: texts }),
    ),
  ]
}

const place = (value: unknown, placed: Omit<Placed, 'name'>): Placed[] =>
  typeof value === 'object' && value !== null && 'input' in value ? [{ ...placed, name: String(value.input) }] : []

/** Why an input can't fill a place; one that isn't there is told elsewhere. */
export function findUnfit({ inputs }: Template, { path, name, types, isNeeded, within }: Placed): Problem[] {
  const input = inputs.find(({ key }) => key === name)
  if (!input) return []
  const problem = (rule: string): Problem[] => [{ path, message: `input ${name} ${rule}` }]
  if (!types.includes(input.type)) return problem(`must be of the type ${types.join(' or ')}`)
  if (isNeeded && !input.required) return problem('must be required')
  if (within && input.type === 'integer' && (input.min < within[0] || input.max > within[1]))
    return problem(`must be from ${within[0]} to ${within[1]}`)
  return []
}
