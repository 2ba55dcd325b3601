import type { CardTokens } from './card-tokens'

/** Called by the customer's browser from the merchant's page, with the public key; the merchant never sees the card. */
export function issueToken(url: URL, tokens: CardTokens, clientKey: string): Response {
  const query = url.searchParams
  const problems: string[] = []
  if (!/^(0?[1-9]|1[0-2])$/.test(query.get('card_exp_month') ?? '')) problems.push('card_exp_month is invalid')
  if (!/^20\d\d$/.test(query.get('card_exp_year') ?? '')) problems.push('card_exp_year is invalid')
  if (!/^\d{3,4}$/.test(query.get('card_cvv') ?? '')) problems.push('card_cvv is invalid')
  if (query.get('client_key') !== clientKey) {
    return answer(401, { status_code: '401', status_message: 'Access denied due to unauthorized client key' })
  }
  const token = problems.length === 0 ? tokens.issue(query.get('card_number') ?? '') : null
  if (token) {
    return answer(200, {
      status_code: '200',
      status_message: 'Credit card token is created as Token ID.',
      token_id: token,
    })
  }
  if (problems.length === 0) problems.push('card_number does not match with luhn algorithm')
  const status_message = 'One or more parameters in the payload is invalid.'
  return answer(400, { status_code: '400', status_message, validation_messages: problems })
}

const answer = (status: number, body: object): Response =>
  Response.json(body, { status, headers: { 'access-control-allow-origin': '*', 'cache-control': 'no-store' } })
