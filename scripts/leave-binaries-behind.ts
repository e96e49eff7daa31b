import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/**
 * The code of better-sqlite3 is bundled; the binary it picks at run time stays in its package. The bundle has its own URL in
 * `importMetaUrl`.
 */
export const leaveBinariesBehind: Plugin = {
  name: 'leave-binaries-behind',
  setup({ onLoad }) {
    onLoad({ filter: /better-sqlite3\/lib\/binding\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(
        '__dirname',
        "require('node:path').dirname(require('node:module').createRequire(importMetaUrl).resolve('better-sqlite3'))",
      ),
    }));
  },
};
