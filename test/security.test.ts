/**
 * What docs/security.md says of the code as a whole, and of the packages it brings: where programs are started, that no text becomes
 * code, that what is installed is what was looked at. And that the checks it names are there and are run.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`);
const sources = filesBelow('src').map((path) => ({ path, text: read(path) }));
const whereStands = (pattern: RegExp): readonly string[] =>
  sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

describe('the code', () => {
  test('starts programs in these places alone', () => {
    expect(
      // However it is loaded.
      whereStands(/^(?!import type ).*['"`](?:node:)?child_process['"`]/m).toSorted(),
    ).toEqual([
      'src/adapters/node/host-editor.ts',
      'src/adapters/node/printer-command.ts',
      'src/adapters/node/receiver-child.ts',
      'src/images/batch-processes.ts',
      'src/images/claim-root.ts',
      'src/images/host-command/launch.ts',
      'src/images/host-user.ts',
      'src/images/node-lock.ts',
      'src/images/parts/queue-file-examination.ts',
      'src/images/supervisor.ts',
    ]);
  });

  test('gives text to a shell in two places: an editor, and a script of its own that takes names as arguments', () => {
    expect(
      whereStands(/\bshell: true|\bexecSync\(|\bimport \{[^}]*\bexec\b[^}]*\} from 'node:child_process'/),
    ).toEqual([]);
    expect(whereStands(/'-c'/)).toEqual(['src/images/claim-root.ts', 'src/adapters/node/host-editor.ts']);
  });

  test('makes no code of text', () => {
    expect(whereStands(/\beval\(|\bnew Function\(|from 'node:vm'|setTimeout\(['"`]/)).toEqual([]);
  });

  test('reaches for no prototype', () => {
    expect(whereStands(/\.__proto__|setPrototypeOf|\.prototype\b(?!\.hasOwnProperty)/)).toEqual([]);
  });
});

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly license?: string;
}

describe('the packages', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
    string,
    Record<string, string>
  >;
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
  const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

  test('are named with one version each, the one of the lockfile', () => {
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });

  test('are what was looked at, to the last octet, and come from the registry', () => {
    expect(
      locked.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([path]) => path),
    ).toEqual([]);
    expect(
      locked.filter(([, { resolved }]) => resolved !== undefined && !resolved.startsWith('https://')),
    ).toEqual([]);
  });

  test('bring no conditions with them that a user of vmsmail would have to know', () => {
    const free = /^(?:MIT|MIT-0|ISC|0BSD|BSD-2-Clause|BSD-3-Clause)$/;
    expect(locked.filter(([, { dev, license }]) => dev !== true && !free.test(license ?? ''))).toEqual([]);
  });

  test('are installed from the lockfile, and run nothing meanwhile', () => {
    const setUp = read('scripts/with-node.sh');
    const installs = [...setUp.matchAll(/^\s*npm (.*)$/gm)].map(([, words]) => words!);
    expect(installs).toHaveLength(2);
    // Of the second, Node itself: where the machine has none that is young enough.
    expect(installs[0]).toMatch(/^install --prefix \.node .* node@24 /);
    expect(installs[1]).toMatch(/^ci --ignore-scripts /);
  });

  test('have their reasons in docs/security.md', () => {
    const reasons = read('docs/security.md').split('## Dependencies')[1]!;
    const table = reasons.split('\n').flatMap((line) => /^\| ([^|]*) \|/.exec(line)?.[1]?.split(', ') ?? []);
    for (const name of Object.keys(dependencies!)) expect(table, name).toContain(name);
    const inDevelopment = reasons.split('Only for development:')[1]!;
    for (const name of Object.keys(devDependencies!).filter((each) => !each.startsWith('@types/')))
      expect(inDevelopment, name).toMatch(new RegExp(`\\b${name.split('/').at(-1)}\\b`, 'i'));
  });
});

describe('docs/security.md', () => {
  const document = read('docs/security.md');
  const paths = [...document.matchAll(/`((?:src|test|scripts|systemd)\/[^`]+)`/g)].map(([, path]) => path!);

  test.each([...new Set(paths)])('%s is there', (path) => expect(existsSync(join(root, path))).toBe(true));

  const rows = document
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (?:asset|door|who|package) \|/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const doors = document.split('## Doors')[1]!.split('\n## ')[0]!;

  test('has a check for each door', () => {
    const ofDoors = rows.filter((cells) => doors.includes(`| ${cells[1]} |`));
    expect(ofDoors.length).toBeGreaterThan(20);
    for (const [, door, , checks = ''] of ofDoors) {
      const named = [...checks.matchAll(/`([^`]+)`/g)].map(([, path]) => path!);
      expect(named.filter(isRun), door).not.toEqual([]);
      expect(
        named.filter((path) => !isRun(path)),
        door,
      ).toEqual([]);
    }
  });

  test('has a check for each line about all of the code', () => {
    const lines = document.split('## In all of the code')[1]!.split('\n## ')[0]!.split('\n- ').slice(1);
    expect(lines.length).toBeGreaterThanOrEqual(5);
    for (const line of lines) {
      const named = [...line.matchAll(/`(test\/[^`]+|[^`]+\.test\.ts)`/g)].map(([, path]) => path!);
      expect(named.filter(isRun), line).not.toEqual([]);
    }
  });

  /** A test, a folder with tests, or a transcript, which test/transcript plays. */
  function isRun(path: string): boolean {
    if (/\.test\.ts$/.test(path)) return existsSync(join(root, path));
    if (path.startsWith('test/transcripts/')) return existsSync(join(root, path));
    return (
      existsSync(join(root, path)) &&
      statSync(join(root, path)).isDirectory() &&
      readdirSync(join(root, path)).some((name) => name.endsWith('.test.ts'))
    );
  }
});
