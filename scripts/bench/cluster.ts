// The embedded cluster in a process of its own, as a real one is: `bun scripts/bench/cluster.ts KUBECONFIG` writes how to reach it.
import { writeFileSync } from 'node:fs'
import { startEmbeddedCluster } from '../../src/embedded/cluster'

export interface BenchCluster {
  kubeconfig: string
  stop(): Promise<void>
}

export async function startCluster(kubeconfig: string): Promise<BenchCluster> {
  const child = Bun.spawn([process.execPath, import.meta.path, kubeconfig], { stdout: 'pipe' })
  await child.stdout.getReader().read()
  return {
    kubeconfig,
    async stop() {
      child.kill()
      await child.exited
    },
  }
}

if (import.meta.main) {
  const { url: server, token } = await startEmbeddedCluster({ appsPort: 0 })
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bench',
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    clusters: [{ name: 'bench', cluster: { server } }],
    users: [{ name: 'bench', user: { token } }],
  }
  writeFileSync(process.argv[2]!, JSON.stringify(config))
  console.log('ready')
}
