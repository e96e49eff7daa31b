/**
 * Bundles what runs, for start-up: a few files instead of hundreds, and no compiler at run time. Native and large
 * libraries stay outside the bundles.
 *
 * The images of a node are ES modules that share their chunks; the host command is made for its start-up.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { type BuildOptions, build } from 'esbuild';
import { bundleCommand } from './bundle-command.ts';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
/** Entry points: every file directly in src/images whose name ends in -image.ts, and the libraries. */
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
await build({
  ...common,
  entryPoints: Object.fromEntries([
    ['index', 'src/images/index.ts'],
    ['callable-mail', 'src/images/callable-mail.ts'],
    ...images.map((name) => [name.replace(/\.ts$/, ''), `src/images/${name}`]),
  ]),
  splitting: true,
  format: 'esm',
});
await bundleCommand(aside, common.external);
const old = `${aside}.old`;
if (existsSync('dist')) renameSync('dist', old);
renameSync(aside, 'dist');
rmSync(old, { recursive: true, force: true });
