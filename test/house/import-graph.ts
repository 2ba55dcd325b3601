import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import ts from 'typescript'

/** One import: only what runs makes a cycle; a type is gone by then, and yet it is something known of the other. */
export interface Arrow {
  from: string
  to: string
  typeOnly: boolean
}

/** Path below src, such as `features/wallet/csv.ts`, to its text. */
export type Sources = ReadonlyMap<string, string>

export function readSources(root = 'src'): Sources {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
  return new Map(
    files.filter((path) => !path.endsWith('.d.ts')).map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  )
}

export function arrowsOf(sources: Sources): Arrow[] {
  return [...sources].flatMap(([from, text]) =>
    importsIn(from, text).flatMap(({ specifier, typeOnly }) => {
      const to = resolve(sources, from, specifier)
      return to === undefined ? [] : [{ from, to, typeOnly }]
    }),
  )
}

interface Import {
  specifier: string
  typeOnly: boolean
}

function importsIn(path: string, text: string): Import[] {
  const found: Import[] = []
  const visit = (node: ts.Node): void => {
    const imported = importOf(node)
    if (imported) found.push(imported)
    ts.forEachChild(node, visit)
  }
  visit(parse(path, text))
  return found
}

export const parse = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true)

function importOf(node: ts.Node): Import | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
    return { specifier: node.moduleSpecifier.text, typeOnly }
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly }
  }
  if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.ImportKeyword) return undefined
  const [specifier] = node.arguments
  return specifier && ts.isStringLiteral(specifier) ? { specifier: specifier.text, typeOnly: false } : undefined
}

/** What the files of a folder take from outside of it: paths from the root, and packages; the runtime's own modules are neither. */
export const takenFromOutside = (home: string, sources: Sources = readSources(home)): string[] => [
  ...new Set(
    [...sources].flatMap(([from, text]) =>
      importsIn(from, text)
        .map(({ specifier }) => (specifier.startsWith('.') ? join(home, dirname(from), specifier) : specifier))
        .filter((path) => !path.startsWith(`${home}/`) && !/^(node:|bun(:|$))/.test(path)),
    ),
  ),
]

/** Undefined for a package, and for what is no source, as an embedded migration. */
function resolve(sources: Sources, from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const path = normalize(join(dirname(from), specifier))
  const found = [path, `${path}.ts`, join(path, 'index.ts')].find((candidate) => sources.has(candidate))
  if (found === undefined && !existsSync(join('src', path))) throw new Error(`${from}: ${specifier} is not there`)
  return found
}
