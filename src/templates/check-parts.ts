import type { Problem } from './check-template'
import { checkText } from './check-text'
import { isRegistryHost } from './image-reference'
import { isNamed } from './input-values'

const maxVariables = 50
const maxVariableLength = 2_000
/** Names and values of one input together. */
const maxVariablesLength = 16_000
const maxArguments = 20
const maxArgumentLength = 1_000
const maxPathLength = 200
const maxUserLength = 255
const maxPasswordLength = 4_000

export const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/
const badName = 'has a name that is not letters, digits and underscores, 100 at most, with no digit first'

/** Of an input of names and their values: its problems, or those of what stands under one name. */
export function findVariableProblems(value: unknown): Problem[] {
  if (!isNamed(value)) return [{ path: '', message: 'must be an object' }]
  const variables = Object.entries(value)
  if (variables.length > maxVariables) return [{ path: '', message: `must have at most ${maxVariables} names` }]
  // What stands for a name may be anything, a secret in the wrong place too: it is not repeated.
  if (variables.some(([name]) => !variableName.test(name))) return [{ path: '', message: badName }]
  const problems = variables.flatMap(([name, text]) => problemAt(`/${name}`, checkText(text, [0, maxVariableLength])))
  const length = variables.reduce((sum, [name, text]) => sum + name.length + String(text).length, 0)
  if (problems.length === 0 && length > maxVariablesLength)
    return [{ path: '', message: `must have at most ${maxVariablesLength} characters in all` }]
  return problems
}

export function findCommandProblems(value: unknown): Problem[] {
  if (!Array.isArray(value)) return [{ path: '', message: 'must be a list of texts' }]
  if (value.length > maxArguments) return [{ path: '', message: `must have at most ${maxArguments} texts` }]
  return value.flatMap((text, index) => problemAt(`/${index}`, checkText(text, [0, maxArgumentLength])))
}

const registryForm: Record<string, (text: unknown) => string | undefined> = {
  server: (text) =>
    checkText(text, [1, maxUserLength]) ??
    (isRegistryHost(text as string)
      ? undefined
      : 'must be a host name in lower case, with a port or without, and nothing else'),
  username: (text) => checkText(text, [1, maxUserLength], '^[^:]*$', 'must not contain a colon'),
  password: (text) => checkText(text, [1, maxPasswordLength]),
}

export function findRegistryProblems(value: unknown): Problem[] {
  if (!isNamed(value)) return [{ path: '', message: 'must be an object' }]
  if (Object.keys(value).some((name) => !Object.hasOwn(registryForm, name)))
    return [{ path: '', message: 'must have server, username and password, and nothing else' }]
  return Object.entries(registryForm).flatMap(([name, check]) =>
    problemAt(`/${name}`, Object.hasOwn(value, name) ? check(value[name]) : 'is required'),
  )
}

const pathForm = '^(/[A-Za-z0-9._-]+)+$'
/** The system's own folders: a volume over one of them breaks the image, or would take the place of what the cluster mounts. */
const systemFolders = [
  'bin',
  'boot',
  'dev',
  'etc',
  'lib',
  'lib32',
  'lib64',
  'libx32',
  'proc',
  'run',
  'sbin',
  'sys',
].concat([...['usr/bin', 'usr/lib', 'usr/lib32', 'usr/lib64', 'usr/libx32', 'usr/sbin', 'var/run']])

export function checkPath(value: unknown): string | undefined {
  const problem = checkText(value, [1, maxPathLength], pathForm, 'must be an absolute folder such as /data')
  if (problem) return problem
  const parts = (value as string).slice(1).split('/')
  if (parts.some((part) => part === '.' || part === '..')) return 'must be an absolute folder such as /data'
  const path = parts.join('/')
  const isSystem = path === 'usr' || systemFolders.some((folder) => path === folder || path.startsWith(`${folder}/`))
  return isSystem ? 'must not be a folder of the system' : undefined
}

/** As a template names it, which knows its image: its own folders of /etc, /run and the like are its to fill. */
export function checkMountPath(path: string): string | undefined {
  const parts = path.slice(1).split('/')
  if (parts.some((part) => part === '.' || part === '..')) return 'must be an absolute path without . and ..'
  const isSystem =
    /^(?:proc|sys|dev|boot)(?:\/|$)|^(?:bin|sbin|lib\d*|usr|etc|run|var|var\/run)$|^(?:var\/)?run\/secrets(?:\/|$)/
  return isSystem.test(parts.join('/')) ? 'must not be a folder of the system' : undefined
}

const problemAt = (path: string, message: string | undefined): Problem[] =>
  message === undefined ? [] : [{ path, message }]
