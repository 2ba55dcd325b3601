import { findInputProblems } from './check-input'
import { checkMountPath } from './check-parts'
import { findBadReferences } from './check-references'
import { isSecretInput } from './input-values'
import { findSchemaProblems, type JsonSchema, mostProblems } from './json-schema'
import { findPatternFault } from './pattern'
import type { Template, TemplateContainer, TemplateInput } from './template'
import templateSchema from './template-schema.generated.json'

export interface Problem {
  path: string
  message: string
}

/** As it is published; `scripts/template-schema.ts` makes it of the one in template.ts. */
export const publishedSchema = templateSchema as unknown as JsonSchema

/** What is wrong with a template, in its own data and between its parts; empty when it may be used. */
export function findTemplateProblems(candidate: unknown): Problem[] {
  const problems = findSchemaProblems(publishedSchema, candidate)
  if (problems.length > 0) return problems
  const template = candidate as Template
  return [
    ...findDuplicates(template),
    ...findBadShares(template),
    ...findBadReferences(template),
    ...findBadInputs(template),
    ...findBadSecurity(template),
    ...findBadPaths(template),
  ].slice(0, mostProblems)
}

/** Where a volume, a file or a scratch folder would take the place of the system's own. Configuration of the app may lie below /etc. */
function findBadPaths({ containers }: Template): Problem[] {
  return containers.flatMap(({ mounts, files = [], scratch = [] }, index) => {
    const given = [
      ...mounts.map(({ path }, place) => ({ path, at: `mounts/${place}/path` })),
      ...files.map(({ path }, place) => ({ path, at: `files/${place}/path` })),
      ...scratch.map((path, place) => ({ path, at: `scratch/${place}` })),
    ]
    return given.flatMap(({ path, at }) => {
      const message = typeof path === 'string' ? checkMountPath(path) : undefined
      return message === undefined ? [] : [{ path: `/containers/${index}/${at}`, message }]
    })
  })
}

function findDuplicates(template: Template): Problem[] {
  const lists: [string, string[]][] = [
    ['/containers', template.containers.map((container) => container.name)],
    ['/volumes', template.volumes.map((volume) => volume.name)],
    // Inputs and generated secrets share the keys of one Secret.
    ['/inputs', [...template.inputs.map((input) => input.key), ...template.secrets.map((secret) => secret.key)]],
    // Containers of one pod share its network: a port number is taken once.
    ['/containers/*/ports', template.containers.flatMap((c) => c.ports.map(({ port }) => JSON.stringify(port)))],
    ['/containers/*/ports', template.containers.flatMap((c) => c.ports.map(({ name }) => name))],
  ]
  for (const [index, { env }] of template.containers.entries())
    lists.push([`/containers/${index}/env`, env.flatMap((variable) => ('name' in variable ? variable.name : []))])
  return lists
    .filter(([, names]) => new Set(names).size !== names.length)
    .map(([path]) => ({ path, message: 'names the same thing twice' }))
}

function findBadShares(template: Template): Problem[] {
  const problems: Problem[] = []
  const total = (shares: number[]): number => shares.reduce((sum, share) => sum + share, 0)
  const { containers, volumes, minimum } = template
  if (total(containers.map((c) => c.share.cpu)) !== 100) problems.push(not100('/containers/*/share/cpu'))
  if (total(containers.map((c) => c.share.memory)) !== 100) problems.push(not100('/containers/*/share/memory'))
  if (volumes.length > 0 && total(volumes.map((v) => v.share)) !== 100) problems.push(not100('/volumes/*/share'))
  if (volumes.length > 0 && minimum.storageGb < 1)
    problems.push({ path: '/minimum/storageGb', message: 'must be at least 1, as the app keeps data' })
  for (const [index, { share, needs }] of containers.entries()) {
    const short = (minimum.memoryMb * share.memory) / 100 < needs.memoryMb
    if (short || (minimum.cpuMillicores * share.cpu) / 100 < needs.cpuMillicores)
      problems.push({ path: `/containers/${index}/needs`, message: 'is more than its share of the smallest plan' })
  }
  return problems
}

const not100 = (path: string): Problem => ({ path, message: 'must add up to 100' })

/** Characters of all of them: each is compiled when it comes, on the one thread. */
const mostOfPatterns = 600
const tooMany = `is too much: all patterns of a template have ${mostOfPatterns} characters at most`

function findBadInputs(template: Template): Problem[] {
  const problems: Problem[] = []
  let patterns = 0
  for (const [index, input] of template.inputs.entries()) {
    const path = `/inputs/${index}`
    const pattern = ('pattern' in input && input.pattern) || ''
    patterns += pattern.length
    const fault = patterns > mostOfPatterns ? tooMany : pattern ? findPatternFault(pattern) : undefined
    if (fault) problems.push({ path: `${path}/pattern`, message: fault })
    else if ('default' in input && input.default !== undefined && findInputProblems(input, input.default).length > 0)
      problems.push({ path: `${path}/default`, message: 'is not a value that the input itself allows' })
  }
  // The pod carries a hash of the Secret; a short password alone could be guessed from it.
  if (template.inputs.some(isSecretInput) && template.secrets.length === 0)
    problems.push({ path: '/secrets', message: 'a template with secret inputs must generate a secret too' })
  return problems
}

function findBadSecurity(template: Template): Problem[] {
  if (template.podSecurity.level !== 'restricted') return []
  const isRoot = (user: TemplateContainer['user']): boolean =>
    user === 0 ||
    (typeof user === 'object' && template.inputs.some((input) => input.key === user.input && mayBeRoot(input)))
  return template.containers.flatMap(({ user }, index) =>
    isRoot(user) ? [{ path: `/containers/${index}/user`, message: 'may be 0 only with pod security baseline' }] : [],
  )
}

const mayBeRoot = (input: TemplateInput): boolean => input.type === 'integer' && input.min <= 0
