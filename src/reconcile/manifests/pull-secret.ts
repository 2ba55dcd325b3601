import type { Deployment } from '../../kube'
import { isNamed } from '../../templates'
import { type Desired, desire, type Head, hashOf } from './desired'
import { pullSecretNameOf } from './names'
import { encode } from './secret-data'
import type { ConcreteSpec } from './spec'

type PodSpec = NonNullable<NonNullable<Deployment['spec']>['template']['spec']>

/** What Docker Hub is called where log-ins are kept. */
const hubServer = 'https://index.docker.io/v1/'

/** The log-in to the images' registry, empty while there is none: what is applied once is never left behind. */
export function renderPullSecret(spec: ConcreteSpec, head: Head): Desired<'Secret'>[] {
  if (!spec.template.registry) return []
  const registry = registryOf(spec)
  const auths = registry ? { [registry.server === 'docker.io' ? hubServer : registry.server!]: authOf(registry) } : {}
  // The object shows a hash of itself: with this beside it a short password can't be guessed from that.
  const salt = hashOf([spec.id, spec.secrets])
  const data = { '.dockerconfigjson': encode(JSON.stringify({ auths })), salt: encode(salt) }
  return [desire('Secret', { ...head, name: pullSecretNameOf(spec) }, { type: 'kubernetes.io/dockerconfigjson', data })]
}

export const renderPullReference = (spec: ConcreteSpec): Pick<PodSpec, 'imagePullSecrets'> =>
  registryOf(spec) ? { imagePullSecrets: [{ name: pullSecretNameOf(spec) }] } : {}

function registryOf({ template, inputs }: ConcreteSpec): Record<string, string> | undefined {
  const given = template.registry && inputs[template.registry.input]
  return isNamed(given) ? (given as Record<string, string>) : undefined
}

const authOf = ({ username, password }: Record<string, string>) => ({
  username,
  password,
  auth: encode(`${username}:${password}`),
})
