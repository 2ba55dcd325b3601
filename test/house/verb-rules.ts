import ts from 'typescript'
import { parse, type Sources } from './import-graph'

/** In this order, each left out where it is not needed. */
const order = /^(parts )?((tx|on) )?(actor )?(other )*$/

type Role = 'parts' | 'tx' | 'on' | 'actor' | 'other'

interface Verb {
  name: string
  exported: boolean
  roles: Role[]
  node: ts.FunctionLikeDeclaration
}

/** Functions that break the rule of docs/architecture.md about transactions and arguments, and how. */
export const findVerbBreaches = (sources: Sources): string[] =>
  [...sources].flatMap(([path, text]) =>
    verbsIn(parse(path, text)).flatMap((verb) => breachesOf(verb).map((why) => `${path} ${verb.name}: ${why}`)),
  )

function breachesOf({ exported, roles, node }: Verb): string[] {
  const found: string[] = []
  const writes = writesIn(node)
  if (!order.test(roles.map((role) => `${role} `).join(''))) found.push(`its arguments are ${roles.join(', ')}`)
  for (const parameter of node.parameters) {
    const name = parameter.name.getText()
    const role = roleOf(parameter)
    if (role === 'tx' && name !== 'tx') found.push(`a transaction is named tx, not ${name}`)
    if (role === 'on' && name !== 'on') found.push(`what is read on is named on, not ${name}`)
  }
  if (roles.includes('tx') && writes.length > 0) found.push('it has a transaction and opens another')
  if (exported && writes.length === 1 && isAllThereIs(node, writes[0]!)) {
    found.push('it is one transaction and nothing else: it takes tx')
  }
  return found
}

function verbsIn(file: ts.SourceFile): Verb[] {
  const found: Verb[] = []
  const visit = (node: ts.Node): void => {
    const verb = verbOf(node)
    if (verb) found.push(verb)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** Only what has a name of its own: a route's handler opens the transaction of its verb. */
function verbOf(node: ts.Node): Verb | undefined {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) {
    if (!node.body) return undefined
    return { name: node.name?.getText() ?? '', exported: isExported(node), roles: node.parameters.map(roleOf), node }
  }
  if (!ts.isArrowFunction(node) || !ts.isVariableDeclaration(node.parent)) return undefined
  const exported = isExported(node.parent.parent.parent)
  return { name: node.parent.name.getText(), exported, roles: node.parameters.map(roleOf), node }
}

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false)

const typeOf = ({ type }: ts.ParameterDeclaration): string => type?.getText().replace(/\s+/g, ' ') ?? ''

function roleOf(parameter: ts.ParameterDeclaration): Role {
  const type = typeOf(parameter)
  if (type === 'Tx') return 'tx'
  if (type === 'Drizzle' || type === 'Drizzle | Tx') return 'on'
  if (/^(Audit)?Actor( \| undefined)?$/.test(type)) return 'actor'
  const isParts = /^(\w*Needs|\w*Parts|(Pick|Omit)<(\w*Needs|\w*Parts),.*>)$/.test(type)
  return isParts ? 'parts' : 'other'
}

/** Calls of `db.write`, those in functions within it too. */
function writesIn(node: ts.Node): ts.CallExpression[] {
  const found: ts.CallExpression[] = []
  const visit = (inner: ts.Node): void => {
    if (ts.isCallExpression(inner) && /(^|[.#])db\s*\.\s*write$/.test(inner.expression.getText())) found.push(inner)
    ts.forEachChild(inner, visit)
  }
  visit(node)
  return found
}

/** Whether a function does nothing but this call, and hands on what comes of it. */
function isAllThereIs({ body }: ts.FunctionLikeDeclaration, call: ts.CallExpression): boolean {
  if (!body) return false
  const [only, ...more] = ts.isBlock(body) ? body.statements : [body]
  if (!only || more.length > 0) return false
  const done = ts.isReturnStatement(only) || ts.isExpressionStatement(only) ? only.expression : only
  return done !== undefined && (ts.isAwaitExpression(done) ? done.expression : done) === call
}
