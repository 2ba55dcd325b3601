export { assertKeysAreHere } from './assert-keys'
export { keepRewrapped } from './keep-rewrapped'
export { countByKey, rewrapSealed } from './rewrap'
export { sealedColumns } from './sealed-columns'
