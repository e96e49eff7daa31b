/**
 * Bundles each image of src/images/ for start-up: a few files instead of hundreds, lazily loaded chunks, no compiler
 * at run time. Native and large libraries stay outside the bundle.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
/** Entry points: every file directly in src/images whose name ends in -image.ts, and the host command. */
const images = readdirSync('src/images').filter((name) => name.endsWith('-image.ts'));

// Built aside and put in place at the end: a node or a session that starts meanwhile finds a whole program.
const aside = `dist.${process.pid}`;
await build({
  entryPoints: Object.fromEntries([
    ['vmsmail', 'src/images/vmsmail.ts'],
    ['index', 'src/images/index.ts'],
    ...images.map((name) => [name.replace(/\.ts$/, ''), `src/images/${name}`]),
  ]),
  outdir: aside,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  external: Object.keys(manifest.dependencies),
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
});
const old = `${aside}.old`;
if (existsSync('dist')) renameSync('dist', old);
renameSync(aside, 'dist');
rmSync(old, { recursive: true, force: true });
