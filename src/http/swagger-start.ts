/**
 * Starts Swagger UI: a box to filter by tag, sign-in that is kept, and error answers as one line each until they are asked
 * for, since every operation has a dozen of them.
 */
export const start = `const folded = (Row, { React }) => function FoldedResponse(props) {
  const [open, setOpen] = React.useState(Number(props.code) < 400)
  if (open) return React.createElement(Row, props)
  const toggle = (event) => {
    if (event.type === 'click' || event.key === 'Enter' || event.key === ' ') setOpen(true)
  }
  const say = (name, text) => React.createElement('td', { className: name }, text)
  return React.createElement(
    'tr',
    { className: 'response folded', role: 'button', tabIndex: 0, title: 'Show this answer', style: { cursor: 'pointer' }, onClick: toggle, onKeyDown: toggle },
    say('response-col_status', props.code),
    say('response-col_description', props.response.get('description')),
    say('response-col_links', '▸'),
  )
}
window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  filter: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  docExpansion: 'none',
  operationsSorter: 'alpha',
  validatorUrl: null,
  plugins: [{ wrapComponents: { response: folded } }],
})
`
