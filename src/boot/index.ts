export { type BootOptions, boot, type System } from './boot'
export { deliversMail } from './mail-part'
