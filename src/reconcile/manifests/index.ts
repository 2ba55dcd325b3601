export { credentialsOf, type ShownCredential } from './credentials'
export { type DesiredObject, resourceOf, specHashAnnotation } from './desired'
export { mirrorImage, qualifyImage } from './image'
export { generationAnnotation, renderInstance } from './instance'
export {
  customerLabel,
  instanceLabel,
  managedBy,
  managedByLabel,
  selectorOf,
  subscriptionLabel,
} from './labels'
export { claimNameOf } from './names'
export { renderNamespace } from './namespace'
export { restartedAtAnnotation } from './pod'
export type { InstanceSpec, PlatformSpec, TenantSpec } from './spec'
export { internalHostOf, publicHostOf, urlsOf } from './urls'
