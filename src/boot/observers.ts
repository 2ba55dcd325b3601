import { followUpdate, type Observer, tellOwner } from '../features/instances'
import { findBought, followApp } from '../features/subscriptions'
import type { Parts } from '../parts'

/** The one table of who hears what is seen of an app, in this order. What is taken back is no failure to tell. */
export const observers = (parts: Parts): Observer[] => [
  followApp(parts),
  followUpdate(parts, findBought),
  tellOwner(parts, findBought),
]
