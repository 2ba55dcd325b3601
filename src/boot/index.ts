export { type BootOptions, boot, type System } from './boot'
export { mailWayOf } from './mail-part'
