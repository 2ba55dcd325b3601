import { Registry } from 'prom-client'
import type { Database } from '../db'
import { systemClock } from '../lib/clock'
import { createQueue, type JobQueue } from '../queue'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} }

/** The queue of a command: what it takes is left to the server, which works on it. */
export const queueBeside = (db: Database): JobQueue =>
  createQueue({ db, clock: systemClock, log: silent, registry: new Registry() })
