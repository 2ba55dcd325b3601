import type { ConcreteContainer } from '../../templates'
import { type Desired, desire, type Head } from './desired'
import { managedBy, managedByLabel, selectorOf } from './labels'
import type { ConcreteSpec, PlatformSpec } from './spec'
import { publicHostOf } from './urls'

const httpPort = 80

/** The instance's stable address inside the cluster. */
export function renderService(spec: ConcreteSpec, head: Head): Desired<'Service'> {
  const { kind, port: name } = spec.template.exposure
  const port = kind === 'http' ? httpPort : exposedPortOf(spec).port
  return desire('Service', head, {
    spec: { type: 'ClusterIP', selector: selectorOf(spec), ports: [{ name, port, targetPort: name, protocol: 'TCP' }] },
  })
}

export function renderIngress(spec: ConcreteSpec, platform: PlatformSpec, head: Head): Desired<'Ingress'> {
  const host = publicHostOf(spec, platform)
  const { clusterIssuer, ingressClass } = platform
  const annotations = { ...head.annotations, ...(clusterIssuer && { 'cert-manager.io/cluster-issuer': clusterIssuer }) }
  const service = { name: spec.name, port: { name: spec.template.exposure.port } }
  // Without an issuer of ours the controller's own certificate, a wildcard one perhaps, answers for the host.
  const tls = clusterIssuer
    ? [{ hosts: [host], secretName: `${spec.name}-tls` }]
    : platform.scheme === 'https'
      ? [{ hosts: [host] }]
      : undefined
  return desire(
    'Ingress',
    { ...head, annotations },
    {
      spec: {
        ...(ingressClass && { ingressClassName: ingressClass }),
        ...(tls && { tls }),
        rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service } }] } }],
      },
    },
  )
}

/** Lets the customer's own apps, and nobody else, reach a database. */
export function renderDatabasePolicy(spec: ConcreteSpec, head: Head): Desired<'NetworkPolicy'> {
  return desire('NetworkPolicy', head, {
    spec: {
      podSelector: { matchLabels: selectorOf(spec) },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ podSelector: { matchLabels: { [managedByLabel]: managedBy } } }],
          ports: [{ protocol: 'TCP', port: exposedPortOf(spec).port }],
        },
      ],
    },
  })
}

function exposedPortOf({ template }: ConcreteSpec): ConcreteContainer['ports'][number] {
  const { container, port } = template.exposure
  const found = template.containers.find(({ name }) => name === container)?.ports.find(({ name }) => name === port)
  if (!found) throw new Error(`template ${template.name} exposes a port it doesn't have`)
  return found
}
