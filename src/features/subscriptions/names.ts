import type { FullSubscription } from './read'

/** What a subscription is called in mails. */
export const namesOf = ({ service, subscription }: Pick<FullSubscription, 'service' | 'subscription'>) => ({
  service: service.name,
  billingId: `BILL-${subscription.number}`,
})
