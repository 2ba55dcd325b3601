import type { Problem } from './check-template'
import { type ConcreteContainer, concreteOf } from './concrete'
import { type InputValues, isNamed } from './input-values'
import type { Template, TemplateContainer } from './template'

/** Values that are right by themselves and can't stand beside each other, or beside what the template says itself. */
export function findConflicts(template: Template, inputs: InputValues): Problem[] {
  const { containers } = concreteOf(template, inputs)
  return [
    ...template.containers.flatMap((container) => findTakenNames(container, inputs)),
    ...template.containers.flatMap((container) => findTakenFolders(container, inputs)),
    ...findTakenPorts(template, containers),
  ]
}

/** The same of values that are fixed before the rest is known: what already can't stand beside each other. */
export const findEarlyConflicts = ({ containers }: Template, inputs: InputValues): Problem[] =>
  containers.flatMap((container) => [...findTakenNames(container, inputs), ...findTakenFolders(container, inputs)])

/** A name is set once: case tells names apart, as it does in Linux, where `http_proxy` often stands beside `HTTP_PROXY`. */
function findTakenNames({ env }: TemplateContainer, inputs: InputValues): Problem[] {
  const taken = new Set(env.flatMap((variable) => ('name' in variable ? variable.name : [])))
  const problems: Problem[] = []
  for (const variable of env) {
    if (!('variables' in variable)) continue
    const given = inputs[variable.variables]
    for (const name of isNamed(given) ? Object.keys(given) : []) {
      if (taken.has(name)) problems.push({ path: `/${variable.variables}/${name}`, message: 'is set already' })
      taken.add(name)
    }
  }
  return problems
}

function findTakenFolders({ mounts, scratch = [], files = [] }: TemplateContainer, inputs: InputValues): Problem[] {
  const folders = mounts.map(({ path }) => (typeof path === 'string' ? path : inputs[path.input]))
  const own = [...scratch, ...files.map(({ path }) => path)]
  return mounts.flatMap(({ path }, index) => {
    const folder = folders[index]
    if (typeof path === 'string' || typeof folder !== 'string') return []
    const others = [...folders.filter((_, other) => other !== index), ...own]
    const isTaken = others.some((other) => typeof other === 'string' && overlap(other, folder))
    return isTaken ? [{ path: `/${path.input}`, message: 'is taken by the app itself' }] : []
  })
}

const overlap = (a: string, b: string): boolean => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`)

/** Containers of one pod share its network. */
function findTakenPorts(template: Template, containers: ConcreteContainer[]): Problem[] {
  const taken = containers.flatMap(({ ports }) => ports.map(({ port }) => port))
  return template.containers.flatMap(({ ports }, index) =>
    ports.flatMap(({ port }, at) => {
      const value = containers[index]!.ports[at]!.port
      const isTaken = taken.filter((other) => other === value).length > 1
      return typeof port === 'object' && isTaken
        ? [{ path: `/${port.input}`, message: 'is taken by the app itself' }]
        : []
    }),
  )
}
