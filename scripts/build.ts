/**
 * Bundles what runs, for start-up: a few files instead of hundreds, and no compiler at run time. Native and large
 * libraries stay outside the bundles.
 *
 * The libraries are ES modules that share their chunks; the images of a node and the host command are made for their start-up.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { bundleCommand } from './bundle-command.ts';
import { bundleImages } from './bundle-images.ts';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
const packages = Object.keys(manifest.dependencies);
/** Every file directly in src/images whose name ends so. */
const images = readdirSync('src/images')
  .filter((name) => name.endsWith('-image.ts'))
  .map((name) => name.replace(/\.ts$/, ''));

// Built aside and put in place at the end: a node or a session that starts meanwhile finds a whole program.
const aside = `dist.${process.pid}`;
await build({
  outdir: aside,
  bundle: true,
  platform: 'node',
  target: 'node22',
  external: packages,
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
  entryPoints: { index: 'src/images/index.ts', 'callable-mail': 'src/images/callable-mail.ts' },
  splitting: true,
  format: 'esm',
});
await bundleImages(aside, images, packages);
await bundleCommand(aside, packages);
const old = `${aside}.old`;
if (existsSync('dist')) renameSync('dist', old);
renameSync(aside, 'dist');
rmSync(old, { recursive: true, force: true });
