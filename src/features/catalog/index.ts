export { adminCategoryRoutes, adminServiceRoutes } from './admin/routes'
export { exportCatalog } from './file/export'
export { importCatalog } from './file/import'
export { catalogFileRoutes } from './file/routes'
export { customerInputsOf, isForCustomer, openPresets } from './presets'
export { priceOf, renewalPriceOf } from './prices'
export { findPlan, getSellablePlan, listPlansOf } from './read'
export { catalogRoutes } from './routes'
export { seedIfEmpty } from './seed'
export { shownSlots } from './slots'
export type { Plan, PlanTerms, Service } from './tables'
export {
  type AnnouncedTerms,
  announceTerms,
  findTerms,
  findTermsFor,
  inForceAt,
  listNewerTerms,
  type Offer,
} from './terms'
