import { describe, expect, test } from 'bun:test'
import { qualifyImage, tagOf } from '../../src/templates'
import { checkImage } from '../../src/templates/image-reference'

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`

describe('a reference to an image', () => {
  test('is taken in every form that names exactly one', () => {
    const fine = [
      'nginx:1.29',
      'acme/app:v1',
      'docker.io/library/ghost:6',
      'ghcr.io/acme/x:1',
      'registry.example.com:5000/team/sub/app_one:1.2-rc.1',
      'quay.io/a/b-c.d__e:latest',
      `ghcr.io/acme/x@${digest}`,
      `ghcr.io/acme/x:1@${digest}`,
    ]
    for (const image of fine) expect([image, checkImage(image)]).toEqual([image, undefined])
  })

  test('is written out in full when it is short', () => {
    expect(qualifyImage('nginx:1.29')).toBe('docker.io/library/nginx:1.29')
    expect(qualifyImage('acme/app:v1')).toBe('docker.io/acme/app:v1')
    expect(qualifyImage(`nginx@${digest}`)).toBe(`docker.io/library/nginx@${digest}`)
  })

  test('must say which one: by a tag or by a digest', () => {
    for (const image of ['nginx', 'ghcr.io/acme/x', 'registry.example.com:5000/x'])
      expect(checkImage(image)).toBe('must have a tag or a digest')
  })

  test('holds nothing that a shell, a URL or a path would make something of', () => {
    const odd = [
      'nginx:1; rm -rf /',
      'nginx:$(id)',
      'nginx:`id`',
      'nginx:1|sh',
      'nginx:1&&sh',
      ' nginx:1',
      'nginx: 1',
      'nginx:1\n',
      'ngi\u0000nx:1',
      'https://ghcr.io/acme/x:1',
      'user:password@ghcr.io/acme/x:1',
      '../x:1',
      'ghcr.io/../x:1',
      'ghcr.io//x:1',
      'ghcr.io/acme/:1',
      'ghcr.io/acme/x:1:2',
      'ghcr.io/acme/x:',
      '/acme/x:1',
      '-x:1',
      'ghcr.io/Acme/x:1',
      'GHCR.io/acme/x:1',
      'ghcr.io/acme/x:.1',
      'ghcr.io/acme/xé:1',
      `ghcr.io/acme/x:${'1'.repeat(129)}`,
      `ghcr.io/${'x'.repeat(300)}:1`,
      `ghcr.io/acme/x@sha256:${'0'.repeat(63)}`,
      `ghcr.io/acme/x@md5:${'0'.repeat(32)}`,
      `ghcr.io/acme/x@${digest}@${digest}`,
      'x'.repeat(100_000),
    ]
    for (const image of odd)
      expect([image.slice(0, 40), checkImage(image) !== undefined]).toEqual([image.slice(0, 40), true])
  })

  test('comes from a registry that has a name, so that no node is sent to an address inside', () => {
    for (const host of [
      'localhost',
      'localhost:5000',
      '10.0.0.5:5000',
      '169.254.169.254',
      'registry:5000',
      '[::1]:5000',
    ])
      expect([host, checkImage(`${host}/acme/x:1`) !== undefined]).toEqual([host, true])
    for (const port of ['0', '65536', '99999', 'x', '']) expect(checkImage(`ghcr.io:${port}/acme/x:1`)).toBeDefined()
  })

  test('has its version in its tag', () => {
    expect(tagOf('registry.example.com:5000/x:1.2')).toBe('1.2')
    expect(tagOf(`ghcr.io/acme/x:1@${digest}`)).toBe('1')
    expect(tagOf(`ghcr.io/acme/x@${digest}`)).toBeUndefined()
    expect(tagOf('registry.example.com:5000/x')).toBeUndefined()
  })
})
