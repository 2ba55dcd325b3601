import { join } from 'node:path'
import { nativeTarget } from './build'
import { libsqlPlugin } from './libsql-plugin'

const root = join(import.meta.dir, '..')

/**
 * The program as it stands now, in a few files in that folder: it starts at a fifth of the price of its sources, whose six hundred files
 * are read and translated at each start. For whoever starts it many times.
 * @returns the file to run
 */
export async function bundleProgram(folder: string): Promise<string> {
  await Bun.build({
    entrypoints: [join(root, 'src/main.ts')],
    target: 'bun',
    outdir: folder,
    // As deep as in src: from there `verify` looks for main.ts, to start it aside.
    naming: {
      entry: 'all/parts/[name].[ext]',
      chunk: 'all/parts/[name]-[hash].[ext]',
      asset: 'all/parts/[name]-[hash].[ext]',
    },
    splitting: true,
    plugins: [libsqlPlugin(nativeTarget())],
  })
  const main = join(folder, 'main.ts')
  await Bun.write(main, `import './all/parts/main.js'\n`)
  return main
}
