import type { ControlPlane, NodeShape } from './control-plane'
import { createAs } from './writes/create'

/** Nodes with room for thousands of simulated apps: they cost next to nothing here. */
export const defaultNodes: NodeShape[] = [
  { name: 'node-a', controlPlane: true, cpu: '1024', memory: '4Ti', pods: 2_500 },
  { name: 'node-b', cpu: '1024', memory: '4Ti', pods: 2_500 },
  { name: 'node-c', cpu: '1024', memory: '4Ti', pods: 2_500 },
]

/** What a fresh K3s offers and a hosting platform relies on, plus a storage class that can grow. */
export function furnishCluster(plane: ControlPlane, nodes: NodeShape[]): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    createAs(plane, 'namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }
  nodes.forEach((node, index) => {
    addNode(plane, node, index + 1)
  })
  addStorageClasses(plane)
  createAs(plane, 'ingressclasses', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'traefik', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
    spec: { controller: 'traefik.io/ingress-controller' },
  })
  addServices(plane)
}

function addStorageClasses(plane: ControlPlane): void {
  const shared = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', reclaimPolicy: 'Delete' }
  createAs(plane, 'storageclasses', {
    ...shared,
    metadata: { name: 'local-path', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'rancher.io/local-path',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: false,
  })
  createAs(plane, 'storageclasses', {
    ...shared,
    metadata: { name: 'expandable' },
    provisioner: 'embedded.minispod.io/volume',
    volumeBindingMode: 'Immediate',
    allowVolumeExpansion: true,
  })
}

function addServices(plane: ControlPlane): void {
  const service = (name: string, namespace: string, spec: object, labels?: Record<string, string>) =>
    createAs(plane, 'services', { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, labels }, spec })
  service('kubernetes', 'default', {
    clusterIP: '10.43.0.1',
    ports: [{ name: 'https', port: 443, targetPort: 6443 }],
  })
  const dns = { 'k8s-app': 'kube-dns' }
  const ports = [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
  ]
  service('kube-dns', 'kube-system', { clusterIP: '10.43.0.10', selector: dns, ports }, dns)
}

function addNode(plane: ControlPlane, { name, controlPlane, cpu, memory, pods }: NodeShape, index: number): void {
  const now = plane.timestamp()
  const room = { cpu, memory, pods: String(pods) }
  const condition = (type: string, status: string, reason: string, message: string) => ({
    ...{ type, status, reason, message },
    ...{ lastHeartbeatTime: now, lastTransitionTime: now },
  })
  const role: Record<string, string> = controlPlane ? { 'node-role.kubernetes.io/control-plane': 'true' } : {}
  createAs(plane, 'nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': 'embedded',
        ...role,
      },
    },
    spec: {},
    status: {
      addresses: [
        { type: 'InternalIP', address: `10.0.0.${index}` },
        { type: 'Hostname', address: name },
      ],
      allocatable: room,
      capacity: room,
      conditions: [
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      ],
      nodeInfo: {
        ...{ architecture: 'amd64', bootID: '', machineID: '', systemUUID: '', operatingSystem: 'linux' },
        ...{ containerRuntimeVersion: 'embedded://1', kernelVersion: '', kubeProxyVersion: '' },
        ...{ kubeletVersion: 'v1.36.4+embedded', osImage: 'MinisPod embedded cluster' },
      },
    },
  })
}
