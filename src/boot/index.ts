export { type BootOptions, boot, type System } from './boot'
