import { type AnyElysia, Elysia } from 'elysia'
import favicon from 'swagger-ui-dist/favicon-32x32.png' with { type: 'file' }
import css from 'swagger-ui-dist/swagger-ui.css' with { type: 'file' }
import bundle from 'swagger-ui-dist/swagger-ui-bundle.js' with { type: 'file' }
import { type Authenticate, accessControl } from './access'
import { describeApi } from './openapi'
import { start } from './swagger-start'

/** Nothing but our own files; Swagger UI styles elements inline and shows its icons as data. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>MinisPod API</title>
<link rel="icon" type="image/png" href="/docs/favicon.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

const asset = (file: string, type: string) => () =>
  new Response(Bun.file(file), { headers: { 'content-type': type, 'cache-control': 'public, max-age=3600' } })

/** Swagger UI and the document it shows, all from our own files. */
export function docsRoutes(authenticate: Authenticate, routes: () => AnyElysia, version: string) {
  let document: Promise<string> | undefined
  const describe = () => {
    document ??= describeApi(routes(), version).then((described) => JSON.stringify(described))
    return document
  }
  const hidden = { access: 'public' as const, detail: { hide: true } }
  return (
    new Elysia()
      .use(accessControl(authenticate))
      .get('/', () => Response.redirect('/docs', 302), hidden)
      // The first address that a start tells of.
      .get('/api', () => Response.redirect('/docs', 302), hidden)
      .get(
        '/openapi.json',
        async () =>
          new Response(await describe(), {
            headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
          }),
        hidden,
      )
      .get(
        '/docs',
        () =>
          new Response(page, {
            headers: {
              'content-type': 'text/html;charset=utf-8',
              'content-security-policy': policy,
              'referrer-policy': 'no-referrer',
            },
          }),
        hidden,
      )
      .get(
        '/docs/start.js',
        () => new Response(start, { headers: { 'content-type': 'text/javascript;charset=utf-8' } }),
        hidden,
      )
      .get('/docs/swagger-ui.css', asset(css, 'text/css;charset=utf-8'), hidden)
      .get('/docs/swagger-ui-bundle.js', asset(bundle, 'text/javascript;charset=utf-8'), hidden)
      .get('/docs/favicon.png', asset(favicon, 'image/png'), hidden)
  )
}
