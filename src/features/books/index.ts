export { Findings, type VerifyReport } from './findings'
export { verifyBooks, verifySnapshot } from './verify'
export { verifyAside } from './verify-aside'
