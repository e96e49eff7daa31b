/**
 * The direction of imports, and why: images → faces → movers → state → system → vocabulary. STYLE §1, DESIGN §3.
 * A forbidden import fails with the reason it is forbidden.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const source = join(import.meta.dirname, '..', 'src');

/** Parts from the bottom up; parts of one layer are neighbours. */
const layers = [
  {
    name: 'vocabulary',
    parts: [
      'condition',
      'command-definition',
      'vms-time',
      'file-specification',
      'fao',
      'key-definition',
      'smtp',
      'mime',
      'sasl',
      'ports',
    ],
  },
  { name: 'system', parts: ['system', 'message-authentication'] },
  { name: 'state', parts: ['queue-manager', 'mail', 'mail-access'] },
  { name: 'movers', parts: ['auxiliary-server', 'receiver', 'symbiont', 'pop', 'imap'] },
  { name: 'faces', parts: ['dcl', 'operator', 'management', 'mail/shell'] },
  { name: 'images', parts: ['images'] },
] as const;

interface Import {
  readonly file: string;
  /** Path below src/, or the name of a package. */
  readonly target: string;
  readonly isType: boolean;
  /** What stands between `import` and `from`. */
  readonly names: string;
}

/** Why this import is forbidden; undefined when it is not. */
function objection({ file, target, isType, names }: Import): string | undefined {
  const from = partOf(file);
  if (/^(node:|[a-z@])/.test(target) && !target.startsWith('src/')) {
    return isType ? undefined : objectionToPackage(from, target, names);
  }
  const to = partOf(target.slice('src/'.length));
  if (from === to || from === 'images') return undefined;
  if (to === 'images') return 'images/ puts the parts together: nothing may depend on an entry point';
  if (to === 'adapters') {
    return `only images/ and tests pick adapters: ${from} has to run on any store, wire and clock, so it takes a port`;
  }
  if (from === 'adapters') return objectionToAdapter(to);
  const distance = layerOf(from) - layerOf(to);
  if (distance > 0 || layerOf(from) === 0) {
    return distance >= 0 ? undefined : `${from} is vocabulary: it knows words, and no part that uses them`;
  }
  // A back reference of types alone makes no program depend on another.
  if (isType && layerOf(from) > 1) return undefined;
  if (distance === 0) {
    return `${from} and ${to} are neighbours: images/ joins them, so that each can be changed, tested and left out alone`;
  }
  return `${to} stands above ${from}: the part below takes what it needs as a dependency, and never calls up`;
}

function objectionToAdapter(to: string): string | undefined {
  if (layerOf(to) <= 1) return undefined;
  return `an adapter implements a port: it may know ports, vocabulary and system, not ${to}`;
}

/** What reaches outside the process, and so belongs into an adapter. */
const OUTSIDE =
  /^(node:(fs|net|tls|dns|dgram|http|https|http2|child_process|cluster|worker_threads|readline|tty)(\/|$)|better-sqlite3|pino|commander|chalk)/;

/** Functions of node:net that only look at text. */
const PURE_NAMES = /^\s*\{(\s*(isIP|isIPv4|isIPv6|BlockList|type \w+)\s*,?)*\}/;

function objectionToPackage(from: string, target: string, names: string): string | undefined {
  if (from === 'adapters' || from === 'images' || !OUTSIDE.test(target)) return undefined;
  if (target === 'node:net' && PURE_NAMES.test(names)) return undefined;
  // To listen is what the auxiliary server is; its sockets are real in every configuration.
  if (target === 'node:net' && from === 'auxiliary-server') return undefined;
  return `${target} reaches outside: ${from} does that through a port, an adapter does it for real`;
}

function partOf(path: string): string {
  if (path.startsWith('mail/shell/')) return 'mail/shell';
  return path.split('/')[0]!;
}

function layerOf(part: string): number {
  const layer = layers.findIndex(({ parts }) => (parts as readonly string[]).includes(part));
  if (layer === -1)
    throw new Error(`src/${part} has no layer: add it to test/imports.test.ts and ARCHITECTURE.md`);
  return layer;
}

const isTestCode = (path: string): boolean => /\.test\.ts$|(^|\/)testing\/|testing\.ts$/.test(path);

const IMPORT =
  /^\s*(?:import|export)\s+(type\s+)?(?:([^'";]*?)\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

function importsOf(path: string): readonly Import[] {
  const text = readFileSync(join(source, path), 'utf8');
  return [...text.matchAll(IMPORT)].map(([, type, names = '', target = '', dynamic]) => {
    const written = dynamic ?? target;
    const isRelative = written.startsWith('.');
    return {
      file: path,
      target: isRelative ? `src/${normalize(join(dirname(path), written))}` : written,
      isType: type !== undefined,
      names,
    };
  });
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => path.replaceAll('\\', '/'));

describe('the rules themselves', () => {
  const judge = (file: string, target: string, isType = false): string | undefined =>
    objection({ file, target, isType, names: '' });

  it.each([
    ['condition/a.ts', 'src/dcl/b.ts', 'vocabulary'],
    ['dcl/a.ts', 'src/mail/shell/b.ts', 'neighbours'],
    ['dcl/a.ts', 'src/management/b.ts', 'neighbours'],
    ['mail/a.ts', 'src/mail/shell/b.ts', 'stands above'],
    ['queue-manager/a.ts', 'src/symbiont/b.ts', 'stands above'],
    ['symbiont/a.ts', 'src/adapters/sqlite/b.ts', 'only images/ and tests pick adapters'],
    ['adapters/sqlite/a.ts', 'src/mail/b.ts', 'an adapter implements a port'],
    ['mail/a.ts', 'src/images/b.ts', 'entry point'],
    ['mail/a.ts', 'node:fs/promises', 'reaches outside'],
    ['fao/a.ts', 'src/system/b.ts', 'vocabulary'],
  ])('%s may not import %s', (file, target, reason) => {
    expect(judge(file, target) ?? '').toContain(reason);
  });
  it.each([
    ['dcl/a.ts', 'src/system/b.ts', false],
    ['mail/shell/a.ts', 'src/mail/b.ts', false],
    ['images/a.ts', 'src/adapters/sqlite/b.ts', false],
    ['fao/a.ts', 'src/vms-time/b.ts', false],
    ['receiver/a.ts', 'src/dcl/b.ts', true],
    ['mail/a.ts', 'node:crypto', false],
  ])('%s may import %s', (file, target, isType) => {
    expect(judge(file, target, isType)).toBeUndefined();
  });
});

it('every import points down', () => {
  const objections = files
    .filter((path) => !isTestCode(path))
    .flatMap((path) => importsOf(path))
    .flatMap((each) => {
      const reason = objection(each);
      return reason === undefined ? [] : [`src/${each.file} imports ${each.target}: ${reason}`];
    });
  expect(objections, objections.join('\n')).toEqual([]);
});

it('relative imports name the file, with its extension', () => {
  const bare = files
    .flatMap((path) => importsOf(path))
    .filter(({ target }) => target.startsWith('src/') && !/\.(ts|json)$/.test(target));
  expect(bare).toEqual([]);
});
