import { daysInMonth } from '../lib/calendar'
import { AppError } from '../lib/errors'

const dateTime = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/

/** A moment of a query. `new Date` takes much that is no date-time, and the 30th of February for the 2nd of March. */
export function momentOf(name: string, text: string): Date {
  const [, year, month, day] = dateTime.exec(text) ?? []
  const moment = new Date(text)
  if (
    day === undefined ||
    Number.isNaN(moment.getTime()) ||
    Number(day) > daysInMonth(Number(year), Number(month) - 1)
  ) {
    throw new AppError('VALIDATION_ERROR', 'The query is not valid', {
      in: 'query',
      problems: [{ path: `/${name}`, message: 'Expected a date and time such as 2026-01-31T00:00:00Z' }],
    })
  }
  return moment
}
