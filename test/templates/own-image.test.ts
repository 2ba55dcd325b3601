import { describe, expect, test } from 'bun:test'
import { secretInputKeys, validateInputs } from '../../src/templates'
import { container } from '../../src/templates/apps/container'
import { findTemplateProblems } from '../../src/templates/check-template'

const image = 'ghcr.io/acme/x:1'
const problems = (config: object, current?: Parameters<typeof validateInputs>[2]): string[] => {
  const result = validateInputs(container, current ? config : { image, ...config }, current)
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path} ${message}`)
}
const accepted = (config: object, current?: Parameters<typeof validateInputs>[2]) => {
  const result = validateInputs(container, config, current)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.inputs
}
const named = (count: number, value = 'x') =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`NAME_${index}`, value]))

describe('a container of somebody’s own', () => {
  test('needs its image alone', () => {
    expect(accepted({ image: ' nginx:1.29 ' })).toEqual({
      image: 'docker.io/library/nginx:1.29',
      port: 8080,
      user: 1000,
      dataPath: '/data',
    })
    expect(problems({ image: undefined })).toEqual(['/image is required'])
    expect(problems({ image: 'nginx:$(id)' })[0]).toStartWith('/image must be an image such as')
  })

  test('takes fifty variables, and not one more', () => {
    expect(problems({ variables: named(50), secretVariables: {} })).toEqual([])
    expect(problems({ variables: named(51) })).toEqual(['/variables must have at most 50 names'])
    expect(problems({ secretVariables: named(10_000) })).toEqual(['/secretVariables must have at most 50 names'])
  })

  test('takes values up to two thousand characters, and sixteen thousand in all', () => {
    expect(problems({ variables: { LONG: 'x'.repeat(2_000) } })).toEqual([])
    expect(problems({ variables: { LONG: 'x'.repeat(2_001) } })).toEqual([
      '/variables/LONG must have 0 to 2000 characters',
    ])
    expect(problems({ secretVariables: named(9, 'x'.repeat(2_000)) })).toEqual([
      '/secretVariables must have at most 16000 characters in all',
    ])
  })

  test('takes names that a shell could set, without repeating one that is none', () => {
    for (const name of ['1ST', 'A-B', 'A B', 'A=hunter2', '', 'É', 'A\n', 'A'.repeat(101)]) {
      const [problem, ...others] = problems({ secretVariables: { [name]: 'x' } })
      expect(others).toEqual([])
      expect(problem).toStartWith('/secretVariables has a name that is not letters')
    }
    expect(problems({ variables: JSON.parse('{"__proto__": "x", "constructor": "y"}') })).toEqual([])
  })

  test('takes a name once: case tells two apart, and what the app sets itself is taken', () => {
    expect(problems({ variables: { http_proxy: 'a', HTTP_PROXY: 'b' } })).toEqual([])
    expect(problems({ variables: { KEY: 'a' }, secretVariables: { KEY: 'b' } })).toEqual([
      '/secretVariables/KEY is set already',
    ])
    expect(problems({ variables: { PORT: '1' } })).toEqual(['/variables/PORT is set already'])
  })

  test('takes text alone for a value, with no control character in it', () => {
    for (const value of [1, true, ['x'], { a: 'b' }])
      expect(problems({ variables: { KEY: value } })).toEqual(['/variables/KEY must be text'])
    expect(problems({ secretVariables: { KEY: 'a\nb' } })).toEqual([
      '/secretVariables/KEY must not contain control characters',
    ])
    for (const value of [7, 'x', ['KEY']])
      expect(problems({ variables: value })).toEqual(['/variables must be an object'])
  })

  test('keeps its data in a folder of its own, and in none of the system’s', () => {
    for (const path of ['/data', '/var/lib/app', '/usr/share/nginx/html', '/home/node/.n8n', '/etcetera'])
      expect([path, problems({ dataPath: path })]).toEqual([path, []])
    const bad = [
      '/',
      'data',
      './data',
      '/data/',
      '/data/../etc',
      '/./data',
      '//data',
      '/da ta',
      '/data:ro',
      'C:\\data',
      '/da\nta',
    ]
    const system = [
      '/proc',
      '/proc/1',
      '/sys/fs',
      '/dev/shm',
      '/etc',
      '/etc/ssl',
      '/usr',
      '/usr/bin/x',
      '/run/secrets',
      '/var/run/x',
    ]
    for (const path of [...bad, ...system]) expect([path, problems({ dataPath: path }).length]).toEqual([path, 1])
  })

  test('takes a command as a list of texts', () => {
    expect(problems({ command: ['sh', '-c', 'exec node $HOME'], arguments: [''] })).toEqual([])
    expect(problems({ command: 'sh -c x' })).toEqual(['/command must be a list of texts'])
    expect(problems({ command: ['sh', 7] })).toEqual(['/command/1 must be text'])
    expect(problems({ arguments: Array.from({ length: 21 }, () => 'x') })).toEqual([
      '/arguments must have at most 20 texts',
    ])
  })

  test('never runs as root', () => {
    for (const user of [0, -1, 65_536, 1.5, '1000']) expect(problems({ user })).toHaveLength(1)
  })

  test('logs in to a registry that is a host and nothing else', () => {
    const login = { server: 'registry.example.com:5000', username: 'robot', password: 'x' }
    expect(problems({ registry: login })).toEqual([])
    for (const server of [
      'https://registry.example.com',
      'user:pw@registry.example.com',
      'registry.example.com/team',
      'Registry.example.com',
      'localhost:5000',
      '10.0.0.1',
      'registry.example.com ',
    ])
      expect([server, problems({ registry: { ...login, server } })]).toEqual([
        server,
        ['/registry/server must be a host name in lower case, with a port or without, and nothing else'],
      ])
    expect(problems({ registry: { server: login.server } })).toEqual([
      '/registry/username is required',
      '/registry/password is required',
    ])
    expect(problems({ registry: { ...login, username: 'a:b' } })).toEqual([
      '/registry/username must not contain a colon',
    ])
    expect(problems({ registry: { ...login, token: 'x' } })).toEqual([
      '/registry must have server, username and password, and nothing else',
    ])
  })

  test('says nothing of what it refuses', () => {
    const secret = 'hunter2\n'
    const refused = validateInputs(container, {
      image: secret,
      command: [secret],
      secretVariables: { KEY: secret },
      registry: { server: secret, username: secret, password: secret },
    })
    expect(refused.ok).toBe(false)
    expect(JSON.stringify(refused)).not.toContain('hunter2')
    expect(secretInputKeys(container)).toEqual(['registry', 'secretVariables'])
  })
})

describe('a change of such a container', () => {
  const current = accepted({ image, variables: { A: '1', B: '2' }, secretVariables: { KEY: 'old', OTHER: 'kept' } })

  test('goes name by name: what is not named stays, and null takes a name away', () => {
    const next = accepted({ variables: { B: null, C: '3' }, secretVariables: { KEY: 'new' } }, current)
    expect(next).toEqual({ ...current, variables: { A: '1', C: '3' }, secretVariables: { KEY: 'new', OTHER: 'kept' } })
    expect(accepted({ secretVariables: { KEY: null, OTHER: null } }, current)).not.toHaveProperty('secretVariables')
    expect(accepted({ variables: null }, current)).not.toHaveProperty('variables')
  })

  test('counts what is there already', () => {
    const full = accepted({ image, variables: named(50) })
    expect(problems({ variables: { ONE_MORE: 'x' } }, full)).toEqual(['/variables must have at most 50 names'])
  })

  test('can be to another image, and not to none', () => {
    expect(accepted({ image: 'ghcr.io/acme/x:2' }, current)).toEqual({ ...current, image: 'ghcr.io/acme/x:2' })
    expect(problems({ image: null }, current)).toEqual(['/image is required'])
  })
})

describe('a template that leaves places to inputs', () => {
  const problemsOf = (change: (template: typeof container) => void): string[] => {
    const template = structuredClone(container)
    change(template)
    return findTemplateProblems(template).map(({ path, message }) => `${path} ${message}`)
  }
  const input = (template: typeof container, key: string) => template.inputs.find((own) => own.key === key)!

  test('is right as it stands', () => {
    expect(findTemplateProblems(container)).toEqual([])
  })

  test('must have the inputs that it speaks of, each of a fitting type', () => {
    expect(problemsOf((template) => (template.containers[0]!.image = { input: 'nothing' }))).toEqual([
      '/containers/0/image input nothing is not defined',
    ])
    expect(problemsOf((template) => (template.containers[0]!.image = { input: 'dataPath' }))).toEqual([
      '/containers/0/image input dataPath must be of the type image',
    ])
    expect(problemsOf((template) => template.containers[0]!.env.push({ variables: 'port' }))).toEqual([
      '/containers/0/env/4 input port must be of the type variables or secret-variables',
    ])
    expect(
      problemsOf((template) => template.containers[0]!.env.push({ name: 'ALL', input: 'secretVariables' })),
    ).toEqual([
      '/containers/0/env/ALL input secretVariables must be of the type string or secret or email or integer or boolean or enum or image or path',
    ])
  })

  test('must require what nothing can run without, within the bounds of its place', () => {
    expect(problemsOf((template) => (input(template, 'image').required = false))).toEqual([
      '/containers/0/image input image must be required',
    ])
    expect(problemsOf((template) => Object.assign(input(template, 'port'), { max: 70_000 }))).toEqual([
      '/containers/0/ports/0 input port must be from 1 to 65535',
    ])
    expect(problemsOf((template) => Object.assign(input(template, 'user'), { min: 0 }))).toEqual([
      '/containers/0/user may be 0 only with pod security baseline',
    ])
  })

  test('must generate a secret where it takes secret variables or a log-in', () => {
    expect(problemsOf((template) => (template.secrets = []))).toEqual([
      '/secrets a template with secret inputs must generate a secret too',
    ])
  })
})
