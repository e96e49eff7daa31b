/** The version of this product, from its package.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageDirectory } from './node-root.ts';

export const packageVersion = (): string =>
  (JSON.parse(readFileSync(join(packageDirectory(), 'package.json'), 'utf8')) as { version: string }).version;
