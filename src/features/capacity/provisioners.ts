interface Ability {
  enforced: boolean
  onNode: boolean
}

const folder: Ability = { enforced: false, onNode: true }
const shared: Ability = { enforced: false, onNode: false }
const device: Ability = { enforced: true, onNode: false }

/**
 * What the API server does not say of a storage class: whether its volumes are held to their size, and whether they lie on the node's own
 * disk. From the provisioners' documentation.
 */
const abilities: Record<string, Ability> = {
  'rancher.io/local-path': folder,
  'k8s.io/minikube-hostpath': folder,
  'docker.io/hostpath': folder,
  'microk8s.io/hostpath': folder,
  'openebs.io/local': folder,
  'hostpath.csi.k8s.io': folder,
  'nfs.csi.k8s.io': shared,
  'k8s-sigs.io/nfs-subdir-external-provisioner': shared,
  'cluster.local/nfs-subdir-external-provisioner': shared,
  'efs.csi.aws.com': shared,
  'driver.longhorn.io': device,
  'rook-ceph.rbd.csi.ceph.com': device,
  'rbd.csi.ceph.com': device,
  'csi.hetzner.cloud': device,
  'dobs.csi.digitalocean.com': device,
  'linodebs.csi.linode.com': device,
  'block.csi.vultr.com': device,
  'ebs.csi.aws.com': device,
  'pd.csi.storage.gke.io': device,
  'disk.csi.azure.com': device,
  'diskplugin.csi.alibabacloud.com': device,
  'cinder.csi.openstack.org': device,
  'csi.vsphere.vmware.com': device,
  'local.csi.openebs.io': { enforced: true, onNode: true },
  'zfs.csi.openebs.io': { enforced: true, onNode: true },
  'topolvm.io': { enforced: true, onNode: true },
  'embedded.minispod.io/volume': device,
}

export const abilityOf = (provisioner: string): { enforced: boolean | null; onNode: boolean } =>
  abilities[provisioner] ?? { enforced: null, onNode: false }
