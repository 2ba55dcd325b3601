import ts from 'typescript'
import { parse, type Sources } from './import-graph'

const environments = new Set(['process.env', 'Bun.env', 'import.meta.env'])

/** Files whose code, not their texts, reaches for the environment. */
export const readersOfTheEnvironment = (sources: Sources): string[] =>
  [...sources].filter(([path, text]) => text.includes('.env') && reaches(parse(path, text))).map(([path]) => path)

function reaches(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node) && environments.has(node.getText())) return true
  return ts.forEachChild(node, reaches) ?? false
}
