import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Ports {
  gateway: number
  apps: number
}

const pathIn = (dataDir: string): string => join(dataDir, 'ports.json')

/**
 * The ports to try for the embedded parts. They stand in addresses that outlive the process (a payment page, an app's URL), so
 * those of the first good start are remembered. 0 stands for a free one.
 */
export function wishedPorts(dataDir: string, mainPort: number): Ports {
  const kept = readKept(dataDir)
  const wished = (offset: number): number => (mainPort === 0 ? 0 : mainPort + offset)
  // Our own port is not there to be had, whatever was remembered under another one.
  const choose = (port: number): number => (port > 0 && port <= 65_535 && port !== mainPort ? port : 0)
  return { gateway: choose(kept.gateway ?? wished(1)), apps: choose(kept.apps ?? wished(2)) }
}

/** Opens on a port, or on a free one where it may not be had. */
export async function openOnPort<T>(wished: number, open: (port: number) => Promise<T>): Promise<T> {
  try {
    return await open(wished)
  } catch (fault) {
    const { code } = fault as { code?: unknown }
    if (wished === 0 || (code !== 'EADDRINUSE' && code !== 'EACCES')) throw fault
    return open(0)
  }
}

/** Remembers what was opened, once the start has succeeded: one that failed leaves no address behind that was never used. */
export function keepPorts(dataDir: string, opened: Partial<Ports>): void {
  const kept = readKept(dataDir)
  const { gateway = kept.gateway, apps = kept.apps } = opened
  if (gateway === kept.gateway && apps === kept.apps) return
  const path = pathIn(dataDir)
  writeFileSync(`${path}.new`, JSON.stringify({ gateway, apps }))
  renameSync(`${path}.new`, path)
}

/** A damaged file costs the addresses, not the start. */
function readKept(dataDir: string): Partial<Ports> {
  try {
    const { gateway, apps } = JSON.parse(readFileSync(pathIn(dataDir), 'utf8'))
    return { ...(Number.isInteger(gateway) && { gateway }), ...(Number.isInteger(apps) && { apps }) }
  } catch {
    return {}
  }
}
