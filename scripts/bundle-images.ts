/**
 * Bundles the images of a node for their start, which people wait for, and for what they keep in memory: each is one file, and
 * one more for each part that is imported when it is needed. Names stay, so that a stack in the log can be read; comments go,
 * as text with letters beyond ASCII would take two bytes a character for as long as the process lives.
 */
import { copyFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { leaveBinariesBehind } from './leave-binaries-behind.ts';

/** Looking up the files of these would take longer than running them; their licences go with them. */
const bundled = ['better-sqlite3', 'dns-packet', 'ipaddr.js', 'pino'];

/** Leaves each image, and what it loads, in `directory`. @param packages  what stays outside, beside `bundled` */
export async function bundleImages(
  directory: string,
  names: readonly string[],
  packages: readonly string[],
): Promise<void> {
  const common = {
    outdir: directory,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    splitting: true,
    external: packages.filter((name) => !bundled.includes(name)),
    sourcemap: true,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    minifySyntax: true,
    minifyWhitespace: true,
    plugins: [leaveBinariesBehind, builtinsAsTheyAre],
    // For packages that were CommonJS.
    banner: {
      js: "import{createRequire as requireFrom}from'node:module';const importMetaUrl=import.meta.url,require=requireFrom(importMetaUrl);",
    },
  } satisfies BuildOptions;
  const built = await Promise.all(
    names.map((name) =>
      build({
        ...common,
        entryPoints: { [name]: `src/images/${name}.ts` },
        chunkNames: `${name}-[hash]`,
      }),
    ),
  );
  for (const { metafile } of built) copyLicences(metafile, directory);
}

/** Of every package that went into a bundle. */
function copyLicences({ inputs }: Metafile, directory: string): void {
  const folders = Object.keys(inputs).map((path) => /^node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  for (const folder of new Set(folders)) {
    const licence = folder && readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    const name = folder?.replace('node_modules/', '').replace('/', '-');
    if (licence) copyFileSync(join(folder, licence), join(directory, `${name}.LICENSE`));
  }
}

/**
 * An import statement would read all a module of Node's offers, and some of it costs much: of node:http another client of HTTP. Here it
 * takes what it names, and nothing else.
 */
const builtinsAsTheyAre: Plugin = {
  name: 'builtins-as-they-are',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, kind }) => {
      const name = path.replace(/^node:/, '');
      if (!builtinModules.includes(name)) return undefined;
      return { path: name, namespace: kind === 'require-call' ? 'required' : 'imported', sideEffects: false };
    });
    onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}');`,
    }));
    onLoad({ filter: /./, namespace: 'imported' }, ({ path }) => ({ contents: namesOf(path) }));
  },
};

/** A module with each name the builtin offers, of which the bundler leaves those that are used. */
function namesOf(builtin: string): string {
  const module = process.getBuiltinModule(`node:${builtin}`) as object;
  const names = Object.getOwnPropertyNames(module)
    .filter((name) => /^[a-z_$][\w$]*$/i.test(name) && name !== 'default')
    .map((name) => `export const ${name} = /* @__PURE__ */ take('${name}');`);
  return [
    `const builtin = /* @__PURE__ */ process.getBuiltinModule('node:${builtin}');`,
    'const take = (name) => builtin[name];',
    'export default builtin;',
    ...names,
  ].join('\n');
}
