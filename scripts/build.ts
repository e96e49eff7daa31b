/**
 * Bundles each image of src/images/ for start-up: a few files instead of hundreds, lazily loaded chunks, no compiler
 * at run time. Native and large libraries stay outside the bundle.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
/** Entry points: every file directly in src/images whose name ends in -image.ts, and the host command. */
const images = readdirSync('src/images').filter((name) => name.endsWith('-image.ts'));

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: Object.fromEntries([
    ['vmsmail', 'src/images/vmsmail.ts'],
    ['index', 'src/images/index.ts'],
    ...images.map((name) => [name.replace(/\.ts$/, ''), `src/images/${name}`]),
  ]),
  outdir: 'dist',
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
