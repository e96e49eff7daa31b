/**
 * Bundles what runs, for start-up: a few files instead of hundreds, and no compiler at run time. Native and large
 * libraries stay outside the bundles.
 *
 * The images of a node are ES modules that share their chunks. The host command is one CommonJS file, because a prompt
 * waits for it: nothing is looked up, the compile cache holds it whole, and what is imported dynamically is in it but
 * not executed before it is needed. DESIGN §5.
 */
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
/** Entry points: every file directly in src/images whose name ends in -image.ts, and the library. */
const images = readdirSync('src/images').filter((name) => name.endsWith('-image.ts'));

// Built aside and put in place at the end: a node or a session that starts meanwhile finds a whole program.
const aside = `dist.${process.pid}`;
const common = {
  outdir: aside,
  bundle: true,
  platform: 'node',
  target: 'node22',
  external: Object.keys(manifest.dependencies),
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions;
/** Looking up the files of these would take longer than running them; their licences go with them. */
const bundled = ['commander', 'better-sqlite3'];
/** The code of better-sqlite3 is bundled; the binary it picks at run time stays in its package. */
const leaveBinariesBehind: Plugin = {
  name: 'leave-binaries-behind',
  setup({ onLoad }) {
    onLoad({ filter: /better-sqlite3\/lib\/binding\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(
        '__dirname',
        "require('node:path').dirname(require('node:module').createRequire(__filename).resolve('better-sqlite3'))",
      ),
    }));
  },
};

await build({
  ...common,
  entryPoints: Object.fromEntries([
    ['index', 'src/images/index.ts'],
    ...images.map((name) => [name.replace(/\.ts$/, ''), `src/images/${name}`]),
  ]),
  splitting: true,
  format: 'esm',
});
await build({
  ...common,
  entryPoints: { vmsmail: 'src/images/vmsmail.ts' },
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  external: common.external.filter((name) => !bundled.includes(name)),
  plugins: [leaveBinariesBehind],
  // Names stay: a stack in the log can be read.
  minifySyntax: true,
  minifyWhitespace: true,
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
});
for (const name of bundled) copyFileSync(`node_modules/${name}/LICENSE`, `${aside}/${name}.LICENSE`);
const old = `${aside}.old`;
if (existsSync('dist')) renameSync('dist', old);
renameSync(aside, 'dist');
rmSync(old, { recursive: true, force: true });
