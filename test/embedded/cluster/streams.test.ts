import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { maxBehindBytes } from '../../../src/embedded/cluster/http/watch'
import { type Client, deploymentOf, makeNamespace, readyPodOf, startFast, until } from './support/client'

let client: Client
beforeAll(async () => {
  client = await startFast()
  await makeNamespace(client, 'flow')
})
afterAll(() => client.close())

test('a watcher that reads nothing is cut off instead of filling the memory', async () => {
  const { hostname, port } = new URL(client.url)
  const socket = connect(Number(port), hostname)
  let closed = false
  socket.on('close', () => {
    closed = true
  })
  socket.on('error', () => {})
  const head = `GET /api/v1/namespaces/flow/configmaps?watch=1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${client.token}\r\n\r\n`
  socket.write(head)
  socket.pause()
  await until(async () => client.stats().watchers === 1)
  const path = '/api/v1/namespaces/flow/configmaps/big'
  const body = (round: number) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'big' },
    data: { text: String(round % 10).repeat(900_000) },
  })
  let written = 0
  while (client.stats().watchers === 1 && written < maxBehindBytes * 6) {
    await client.apply(path, body(written / 900_000))
    written += 900_000
  }
  expect(client.stats().watchers).toBe(0)
  socket.resume()
  await until(async () => closed)
})

test('a watch on which nothing happens is answered at once', async () => {
  const url = `${client.url}/api/v1/namespaces/flow/secrets?watch=1&resourceVersion=1000000000`
  const idle = `${client.url}/api/v1/namespaces/flow/services?watch=1&labelSelector=none%3Dhere`
  const headers = { authorization: `Bearer ${client.token}` }
  for (const path of [url, idle]) {
    const leave = new AbortController()
    const answer = await fetch(path, { headers, signal: leave.signal })
    expect(answer.status).toBe(200)
    leave.abort()
  }
})

test('a followed log ends when its container does', async () => {
  await client.apply('/apis/apps/v1/namespaces/flow/deployments/talker', deploymentOf('talker'))
  const pod = await readyPodOf(client, 'flow', 'talker')
  const path = `/api/v1/namespaces/flow/pods/${pod.metadata.name}`
  const following = client.get(`${path}/log?follow=true`)
  await until(async () => client.stats().logFollowers === 1)
  await client.patch(path, { metadata: { labels: { behaviour: 'crash-loop' } } })
  const { body } = await following
  expect(body.text).toStartWith('started\n')
  expect(client.stats().logFollowers).toBe(0)
})

test('lines keep their order and their times differ', async () => {
  await client.apply('/apis/apps/v1/namespaces/flow/deployments/orderly', deploymentOf('orderly'))
  const pod = await readyPodOf(client, 'flow', 'orderly')
  const path = `/api/v1/namespaces/flow/pods/${pod.metadata.name}/log?timestamps=true`
  const lines = await until(async () => {
    const read = ((await client.get(path)).body.text as string).trim().split('\n')
    return read.length >= 8 && read
  })
  const times = lines.map((line) => line.split(' ')[0]!)
  expect(times).toEqual([...new Set(times)].sort())
  expect(lines.some((line) => line.includes('app listening on port 8080'))).toBe(true)
})
