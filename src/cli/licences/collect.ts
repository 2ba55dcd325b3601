import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dir, '../../..')
const textFile = /^(licen[cs]e|copying|notice)/i
const standard = join(import.meta.dir, 'standard')

interface Locked {
  version: string
  license?: string
  dev?: boolean
  devOptional?: boolean
}

/**
 * The licences of every package that the program runs with, as one text. A macro: it is called while this program is
 * bundled, and its answer becomes part of the binary. @throws Error for a package whose licence has no text to show
 */
export function collectLicences(): string {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>
  }
  return (
    Object.entries(packages)
      .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
      .map(([path, locked]) => ({ path, folder: join(root, path), ...locked }))
      // Native modules of other machines are not installed, and not carried.
      .filter(({ folder }) => existsSync(folder))
      .map(({ path, folder, version, license = '' }) => {
        const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
        return `${`${name} ${version}  ${license}`.trim()}\n\n${textsIn(folder) ?? standardText(folder, license)}`
      })
      .join(`\n${'-'.repeat(80)}\n\n`)
  )
}

function textsIn(folder: string): string | undefined {
  const files = readdirSync(folder, { withFileTypes: true }).filter((file) => file.isFile() && textFile.test(file.name))
  if (files.length === 0) return undefined
  return files.map(({ name }) => readFileSync(join(folder, name), 'utf8').trim()).join('\n\n')
}

/** Some packages name their licence only: its standard text, and who they say has written it. */
function standardText(folder: string, license: string): string {
  const file = join(standard, `${license}.txt`)
  if (!existsSync(file)) throw new Error(`${folder} has no licence text, and there is no standard one for ${license}`)
  const { author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    author?: string | { name?: string }
  }
  const holder = typeof author === 'string' ? author : author?.name
  return `${holder ? `Copyright (c) ${holder}\n\n` : ''}${readFileSync(file, 'utf8').trim()}`
}
