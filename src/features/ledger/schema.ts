import { words } from '../../http/schema'

export const TransactionTypeWord = words('TOP_UP', 'CHARGE', 'REFUND', 'BONUS', 'ADJUSTMENT')
export const StatusWord = words('PENDING', 'SUCCESS', 'FAILED', 'EXPIRED', 'CANCELLED')
