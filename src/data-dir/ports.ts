import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

export interface Ports {
  gateway: number
  apps: number
}

/**
 * Ports of the embedded parts. They stand in addresses that outlive the process (a payment page, an app's URL), so they are
 * remembered; a remembered or wished one that is taken by now gives way to a free one.
 */
export async function choosePorts(dataDir: string, mainPort: number): Promise<Ports> {
  const path = join(dataDir, 'ports.json')
  const kept = readKept(path)
  const wished = (offset: number): number => (mainPort === 0 ? 0 : mainPort + offset)
  // Our own port is not there to be had, whatever was remembered under another one.
  const choose = (port: number) => freePort(isPort(port) && port !== mainPort ? port : 0)
  const gateway = await choose(kept.gateway ?? wished(1))
  const apps = await choose(kept.apps ?? wished(2))
  writeFileSync(`${path}.new`, JSON.stringify({ gateway, apps }))
  renameSync(`${path}.new`, path)
  return { gateway, apps }
}

/** A damaged file costs the addresses, not the start. */
function readKept(path: string): Partial<Ports> {
  try {
    const { gateway, apps } = JSON.parse(readFileSync(path, 'utf8'))
    return Number.isInteger(gateway) && Number.isInteger(apps) ? { gateway, apps } : {}
  } catch {
    return {}
  }
}

const isPort = (port: number): boolean => port >= 0 && port <= 65_535

function freePort(wished: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', () => (wished === 0 ? reject(new Error('no port is free')) : resolve(freePort(0))))
    probe.listen(wished, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
