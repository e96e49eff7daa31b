/**
 * Bundles the host command for its start-up: a prompt waits for it. What a session needs before its prompt is one scope
 * in one CommonJS file, core.cjs: nothing is looked up, nothing is wrapped, and the compile cache holds it whole. What is
 * imported dynamically is a file of its own, loaded when it is used. DESIGN §5.
 *
 * First the command is split into ES modules that share chunks, as esbuild can. Then the chunks that a session imports
 * statically become core.cjs, each as one of its exports, and every other file a CommonJS file that takes them from there.
 */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { leaveBinariesBehind } from './leave-binaries-behind.ts';

const COMMAND = 'src/images/vmsmail.ts';
const SESSION = 'src/images/host-command/session.ts';
/** Looking up the files of these would take longer than running them; their licences go with them. */
const bundled = ['commander', 'better-sqlite3'];

/** Leaves vmsmail.cjs and what it loads in `directory`. @param packages  what stays outside, beside `bundled` */
export async function bundleCommand(directory: string, packages: readonly string[]): Promise<void> {
  const common = {
    bundle: true,
    platform: 'node',
    target: 'node22',
    external: packages.filter((name) => !bundled.includes(name)),
    legalComments: 'none',
    logLevel: 'warning',
  } satisfies BuildOptions;
  const parts = join(directory, 'parts');
  const { metafile } = await build({
    ...common,
    entryPoints: { vmsmail: COMMAND },
    outdir: parts,
    format: 'esm',
    splitting: true,
    metafile: true,
    define: { 'import.meta.url': 'importMetaUrl' },
    plugins: [leaveBinariesBehind],
  });
  const core = neededBySession(metafile);
  const finish = {
    ...common,
    outdir: directory,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    // Chunks have no side effects, as package.json says of all of this: an import of nothing but those may go.
    logOverride: { 'ignored-bare-import': 'silent' },
    // Names stay: a stack in the log can be read.
    minifySyntax: true,
    minifyWhitespace: true,
    banner: {
      js: "const importMetaUrl=require('node:url').pathToFileURL(__filename).href,importLater=async(file)=>require(file);",
    },
  } satisfies BuildOptions;
  const coreFile = join(parts, 'core.js');
  writeFileSync(coreFile, core.map((name, index) => `export * as part${index} from './${name}';\n`).join(''));
  await build({ ...finish, entryPoints: [coreFile], plugins: [otherFiles(undefined)] });
  const others = outputNames(metafile).filter((name) => !core.includes(name));
  await build({
    ...finish,
    entryPoints: others.map((name) => join(parts, name)),
    plugins: [otherFiles(core)],
  });
  for (const name of ['core.js', ...others])
    importWithoutLoader(join(directory, name.replace(/\.js$/, '.cjs')));
  for (const [index, name] of core.entries()) {
    // Those that are imported dynamically too.
    writeFileSync(
      join(directory, name.replace(/\.js$/, '.cjs')),
      `module.exports=require('./core.cjs').part${index};\n`,
    );
  }
  for (const name of bundled)
    copyFileSync(`node_modules/${name}/LICENSE`, join(directory, `${name}.LICENSE`));
  rmSync(parts, { recursive: true });
}

const outputNames = ({ outputs }: Metafile): string[] => Object.keys(outputs).map((path) => basename(path));

/** Chunks that the session imports statically, and those imported by them; dependencies first. */
function neededBySession({ outputs }: Metafile): string[] {
  const byName = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  const found = new Set<string>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    for (const { path, kind, external } of byName.get(name)!.imports) {
      if (kind === 'import-statement' && external !== true) add(basename(path));
    }
    found.add(name);
  };
  for (const [name, { entryPoint }] of byName) if (entryPoint === SESSION) add(name);
  return [...found];
}

/**
 * Imports of other files stay imports, of their CommonJS names; those of chunks in core.cjs are taken from it.
 * @param core  undefined while core.cjs itself is made: then static imports are bundled
 */
const otherFiles = (core: readonly string[] | undefined): Plugin => ({
  name: 'other-files',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/.*\.js$/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return undefined;
      const name = basename(path);
      if (kind === 'dynamic-import') return { path: `./${name.replace(/\.js$/, '.cjs')}`, external: true };
      if (core === undefined) return undefined;
      const index = core.indexOf(name);
      return index === -1
        ? { path: `./${name.replace(/\.js$/, '.cjs')}`, external: true }
        : { path: String(index), namespace: 'core' };
    });
    onResolve({ filter: /^\.\/core\.cjs$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /./, namespace: 'core' }, ({ path }) => ({
      contents: `module.exports = require('./core.cjs').part${path};`,
    }));
  },
});

/** A dynamic import of a file of ours needs no look-up by the loader of ES modules. */
function importWithoutLoader(file: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('import("./', 'importLater("./'));
}
