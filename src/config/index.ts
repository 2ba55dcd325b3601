export { type Brand, brandOf } from './brand'
export * from './config'
export { databaseUrlOf } from './database-url'
export { environmentOfChild, keepLoopbackOffProxies, readConfig } from './environment'
