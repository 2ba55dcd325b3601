export type { FileDepth } from './file-check'
export { Findings } from './findings'
export { verifyBooks, verifySnapshot } from './verify'
