import type { NetworkPolicy } from '../../kube'
import { type Desired, desire, type Head } from './desired'
import { egressLabel, exposureLabel, managedBy, managedByLabel } from './labels'
import type { PlatformSpec } from './spec'

type PolicySpec = NonNullable<NetworkPolicy['spec']>
type Peer = NonNullable<NonNullable<PolicySpec['ingress']>[number]['from']>[number]

const namespaceName = 'kubernetes.io/metadata.name'
const k3sTraefik = { namespace: 'kube-system', podLabels: { 'app.kubernetes.io/name': 'traefik' } }
const solverPort = 8089

// Not the internet: private, carrier, loopback, link-local (a cloud's metadata), benchmarking, multicast, reserved.
const notPublicV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
const notPublicV6 = ['::1/128', '64:ff9b::/96', 'fc00::/7', 'fe80::/10', 'ff00::/8']

/** Closed both ways, then opened as far as the apps need it; what a pod gets is said by its labels. */
export function renderTenantPolicies(platform: PlatformSpec, head: Head): Desired<'NetworkPolicy'>[] {
  const policy = (name: string, spec: PolicySpec) => desire('NetworkPolicy', { ...head, name }, { spec })
  return [
    policy('default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
    policy('allow-dns', renderDns()),
    policy('allow-ingress-controller', {
      podSelector: { matchLabels: { [exposureLabel]: 'http' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [controllerPeer(platform)], ports: [{ protocol: 'TCP', port: 'http' }] }],
    }),
    policy('allow-internet', renderInternet()),
    policy('allow-own-databases', {
      podSelector: { matchLabels: { [managedByLabel]: managedBy } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: { matchLabels: { [exposureLabel]: 'internal' } } }] }],
    }),
    ...(platform.clusterIssuer ? [policy('allow-certificate-solver', renderSolver(platform))] : []),
  ]
}

function renderDns(): PolicySpec {
  const dns: Peer = {
    namespaceSelector: { matchLabels: { [namespaceName]: 'kube-system' } },
    podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
  }
  const ports = [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ]
  return { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [dns], ports }] }
}

function renderInternet(): PolicySpec {
  const to = [
    { ipBlock: { cidr: '0.0.0.0/0', except: notPublicV4 } },
    { ipBlock: { cidr: '::/0', except: notPublicV6 } },
  ]
  // All but port 25: one hacked site that sends spam gets the whole node on a block list. Mail goes by 465 or 587.
  const ports = [
    { protocol: 'TCP', port: 1, endPort: 24 },
    { protocol: 'TCP', port: 26, endPort: 65_535 },
    { protocol: 'UDP', port: 1, endPort: 65_535 },
  ]
  return {
    podSelector: { matchLabels: { [egressLabel]: 'internet' } },
    policyTypes: ['Egress'],
    egress: [{ to, ports }],
  }
}

/** cert-manager answers an HTTP-01 challenge from a pod in the Ingress' own namespace. */
const renderSolver = (platform: PlatformSpec): PolicySpec => ({
  podSelector: { matchLabels: { 'acme.cert-manager.io/http01-solver': 'true' } },
  policyTypes: ['Ingress'],
  ingress: [{ from: [controllerPeer(platform)], ports: [{ protocol: 'TCP', port: solverPort }] }],
})

function controllerPeer({ ingressController = k3sTraefik }: PlatformSpec): Peer {
  return {
    namespaceSelector: { matchLabels: { [namespaceName]: ingressController.namespace } },
    podSelector: { matchLabels: ingressController.podLabels },
  }
}
