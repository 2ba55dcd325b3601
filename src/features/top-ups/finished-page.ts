import { Elysia } from 'elysia'
import { accessControl } from '../../http/access'
import type { Parts } from '../../parts'

const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Payment</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:15vh auto;max-width:32rem;padding:0 1rem;text-align:center}</style></head>
<body><h1>Back from the payment page</h1><p>If you have paid, your wallet is credited as soon as the payment provider confirms it: usually within seconds. You can close this page.</p></body></html>
`

/** Where the provider sends the customer's browser afterwards. Arriving here proves nothing, and books nothing. */
export const finishedRoutes = (parts: Pick<Parts, 'authenticate'>) =>
  new Elysia().use(accessControl(parts.authenticate)).get(
    '/payments/finished',
    () =>
      new Response(page, {
        headers: {
          'content-type': 'text/html;charset=utf-8',
          'content-security-policy':
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          'cache-control': 'no-store',
        },
      }),
    { access: 'public', detail: { hide: true } },
  )
