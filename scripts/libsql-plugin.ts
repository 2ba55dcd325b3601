import type { Build, BunPlugin } from 'bun'

/** The npm package that holds libSQL's native module for a target, without the scope. */
const nativeModules: Record<string, string> = {
  'bun-linux-x64': 'linux-x64-gnu',
  'bun-linux-x64-baseline': 'linux-x64-gnu',
  'bun-linux-x64-musl': 'linux-x64-musl',
  'bun-linux-arm64': 'linux-arm64-gnu',
  'bun-linux-arm64-musl': 'linux-arm64-musl',
  'bun-darwin-x64': 'darwin-x64',
  'bun-darwin-arm64': 'darwin-arm64',
}

export const targets = Object.keys(nativeModules) as Build.CompileTarget[]

export function nativeModuleOf(target: Build.CompileTarget): string {
  const name = nativeModules[target]
  if (!name) throw new Error(`libSQL has no native module for ${target}; there is one for ${targets.join(', ')}`)
  return `@libsql/${name}`
}

/**
 * libsql finds its native module by a name it computes at run time, which no bundler can follow.
 * The binary gets the one module of its target, by a literal name.
 */
export function libsqlPlugin(target: Build.CompileTarget): BunPlugin {
  const module = nativeModuleOf(target)
  return {
    name: 'libsql',
    setup(build) {
      build.onLoad({ filter: /[\\/]node_modules[\\/]libsql[\\/](index|promise)\.js$/ }, async ({ path }) => {
        const source = await Bun.file(path).text()
        const contents = source
          .replace(
            /function requireNative\(\) \{[\s\S]*?\n\}\n/,
            `function requireNative() { return require('${module}') }\n`,
          )
          .replace('const { load, currentTarget } = require("@neon-rs/load");', '')
          .replace('const { familySync, GLIBC, MUSL } = require("detect-libc");', '')
        if (!contents.includes(module) || contents.includes('currentTarget')) {
          throw new Error(`${path} is not the libsql this plugin knows; look at how it loads its native module now`)
        }
        return { contents, loader: 'js' }
      })
    },
  }
}
