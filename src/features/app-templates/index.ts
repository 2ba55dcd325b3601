export { adminTemplateRoutes } from './admin/routes'
export { installBuiltIns } from './built-ins'
export { templateRoutes } from './routes'
export { findCurrent, findCurrentVersion, findTemplateOf, findVersion, getTemplate, type Published } from './versions'
