import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { type KubeObject, loadConnection, type Manifest, namespaces, type Resource } from '../../src/kube'
import { createHand, type Hand, serviceAccounts } from '../support/hand'

const deploy = join(import.meta.dir, '../../deploy')
const tokenSeconds = 3600
const account = { namespace: 'minispod', name: 'minispod' }

const resourceOf = (plural: string, kind: string): Resource<KubeObject> => {
  const apiVersion = 'rbac.authorization.k8s.io/v1'
  return { kind, apiVersion, plural, namespaced: false, root: `/apis/${apiVersion}` }
}
const resources: Record<string, Resource<KubeObject>> = {
  Namespace: namespaces,
  ServiceAccount: serviceAccounts,
  ClusterRole: resourceOf('clusterroles', 'ClusterRole'),
  ClusterRoleBinding: resourceOf('clusterrolebindings', 'ClusterRoleBinding'),
}

export interface Deployed {
  /** Speaks as the service account of deploy/rbac.yaml, with its rights and no others. */
  kubeconfig: string
  remove(): Promise<void>
}

/** Puts the account and the rights of deploy/ into a cluster, to prove that they are enough. */
export async function deployServiceAccount(adminKubeconfig: string): Promise<Deployed> {
  const connection = await loadConnection({ kubeconfig: adminKubeconfig })
  const kube = createHand(connection)
  const objects = [...(await readManifests('namespace.yaml')), ...(await readManifests('rbac.yaml'))]
  for (const object of objects) await kube.apply(resources[object.kind]!, object)
  const { token } = await requestToken(kube)
  const cluster = { server: connection.server, 'certificate-authority-data': encode(connection.tls?.ca) }
  return {
    kubeconfig: kubeconfigOf(cluster, token),
    async remove() {
      for (const { kind, metadata } of objects.toReversed()) await kube.remove(resources[kind]!, metadata)
      kube.close()
    },
  }
}

/** A token of the account, by the subresource that makes one. */
async function requestToken(kube: Hand): Promise<{ token: string }> {
  const requests: Resource<KubeObject & { status?: { token: string } }> = {
    ...serviceAccounts,
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    plural: `serviceaccounts/${account.name}/token`,
  }
  const spec = { audiences: [], expirationSeconds: tokenSeconds }
  const made = await kube.create(requests, { metadata: account, spec } as never)
  return made.status!
}

type Read = Manifest<KubeObject> & { kind: string }

async function readManifests(file: string): Promise<Read[]> {
  const text = await Bun.file(join(deploy, file)).text()
  return parseAllDocuments(text).map((document) => document.toJSON() as Read)
}

export const kubeconfigOf = (cluster: object, token: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'smoke',
    contexts: [{ name: 'smoke', context: { cluster: 'smoke', user: 'smoke' } }],
    clusters: [{ name: 'smoke', cluster }],
    users: [{ name: 'smoke', user: { token } }],
  })

const encode = (ca: unknown): string | undefined =>
  ca === undefined ? undefined : Buffer.from(ca as string).toString('base64')
