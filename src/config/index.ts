export * from './config'
export { databaseUrlOf } from './database-url'
