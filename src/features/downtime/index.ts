export { type Downtime, deadlineOf, timeBefore } from './deadline'
export { listDowntimes, recordHeartbeat, startHeartbeat } from './heartbeat'
