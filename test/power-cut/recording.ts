/**
 * What processes did to the files below a directory, as the kernel saw it: strace(1) writes every change and every synchronisation
 * with its bytes, in one file. Files that are mapped into memory are not seen, and need not be: those are rebuilt.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

export type Operation =
  /** Undefined position: behind what is there. */
  | {
      readonly kind: 'write';
      readonly file: string;
      readonly position: number | undefined;
      readonly bytes: Buffer;
    }
  | { readonly kind: 'truncate'; readonly file: string; readonly length: number }
  | { readonly kind: 'create'; readonly file: string }
  | { readonly kind: 'directory'; readonly file: string }
  | { readonly kind: 'rename' | 'link'; readonly from: string; readonly file: string }
  | { readonly kind: 'remove'; readonly file: string }
  | { readonly kind: 'sync'; readonly file: string };

export interface Recorded {
  readonly operation: Operation;
  /** Milliseconds since 1970 when the system call was entered, and when it had returned. */
  readonly entered: number;
  readonly returned: number;
}

/** The words that make strace record what `readRecording` reads. @param output  file */
export const recording = (output: string): readonly string[] => [
  'strace',
  ...['-f', '-ttt', '-T', '-y', '-xx', '-s', '2000000', '-o', output],
  ...['-e', `trace=${calls.join(',')}`],
  ...['-e', 'signal=none'],
];

const calls = [
  ...['write', 'writev', 'pwrite64', 'pwritev', 'ftruncate', 'truncate', 'fallocate', 'copy_file_range'],
  ...['fsync', 'fdatasync', 'open', 'openat', 'creat'],
  ...['rename', 'renameat', 'renameat2', 'link', 'linkat', 'unlink', 'unlinkat', 'mkdir', 'mkdirat', 'rmdir'],
];

/** Changes below `root`, in the order they were entered. Throws where a call changes files in a way that is not understood. */
export async function readRecording(file: string, root: string): Promise<readonly Recorded[]> {
  const recorded: Recorded[] = [];
  const unfinished = new Map<string, { readonly entered: number; readonly text: string }>();
  const take = (text: string, entered: number): void => {
    const operations = operationsOf(text, root);
    const returned = entered + duration(text);
    for (const operation of operations) recorded.push({ operation, entered, returned });
  };
  for await (const line of createInterface({ input: createReadStream(file, 'latin1') })) {
    const [, thread, time, what] = /^(\d+) +(\d+\.\d+) (.*)$/s.exec(line) ?? [];
    if (thread === undefined || time === undefined || what === undefined) continue;
    const now = Number(time) * 1_000;
    const resumed = /^<\.\.\. \w+ resumed>/.exec(what);
    if (what.endsWith('<unfinished ...>')) {
      unfinished.set(thread, { entered: now, text: what.slice(0, -'<unfinished ...>'.length) });
    } else if (resumed !== null) {
      const begun = unfinished.get(thread);
      unfinished.delete(thread);
      if (begun !== undefined) take(begun.text + what.slice(resumed[0].length), begun.entered);
    } else take(what, now);
  }
  return recorded.sort((a, b) => a.entered - b.entered);
}

/** `= 0 <0.000123>` at the end, by -T; in milliseconds. */
const duration = (text: string): number => Number(/<(\d+\.\d+)>$/.exec(text)?.[1] ?? 0) * 1_000;

/** strace -xx writes every octet of a string, and of a name behind a descriptor, as `\x2f`. */
const octets = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex');
const plain = (text: string): string =>
  text.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const DESCRIPTOR = /^\d+<((?:[^>\\]|\\.)*)>/;

function operationsOf(text: string, root: string): readonly Operation[] {
  const [, name, rest] = /^(\w+)\((.*)$/s.exec(text) ?? [];
  if (name === undefined || rest === undefined || / = -1 E\w+/.test(rest.slice(-120))) return [];
  const result = Number(/\) += (\d+)/.exec(rest.slice(rest.lastIndexOf(') ')))?.[1] ?? Number.NaN);
  const own = (path: string): string | undefined =>
    path.startsWith(`${root}/`) && !path.endsWith('-shm')
      ? path.slice(root.length + 1)
      : path === root
        ? ''
        : undefined;
  const described = DESCRIPTOR.exec(rest)?.[1];
  // A file that has lost its name is nobody's business.
  const file =
    described === undefined ? undefined : own(plain(described).replace(/^(.*) \(deleted\)$/, '\0$1'));
  switch (name) {
    case 'write':
    case 'pwrite64': {
      if (file === undefined) return [];
      const [, data, behind] = /"((?:\\x[0-9a-f]{2})*)"(?:\.\.\.)?, (.*)$/s.exec(rest) ?? [];
      const bytes = octets(data ?? '').subarray(0, result);
      if (bytes.byteLength !== result)
        throw new Error(`a write was not recorded whole: ${text.slice(0, 200)}`);
      const position = name === 'write' ? undefined : Number(/^\d+, (\d+)/.exec(behind ?? '')?.[1]);
      return [{ kind: 'write', file, position, bytes }];
    }
    case 'writev':
    case 'pwritev': {
      if (file === undefined) return [];
      const parts = [...rest.matchAll(/iov_base="((?:\\x[0-9a-f]{2})*)"/g)].map(([, data]) => octets(data!));
      const bytes = Buffer.concat(parts).subarray(0, result);
      if (bytes.byteLength !== result)
        throw new Error(`a write was not recorded whole: ${text.slice(0, 200)}`);
      const position = name === 'writev' ? undefined : Number(/\], \d+, (\d+)\)/.exec(rest)?.[1]);
      return [{ kind: 'write', file, position, bytes }];
    }
    case 'ftruncate':
      if (file === undefined) return [];
      return [
        { kind: 'truncate', file, length: Number(/^[^,]*, (\d+)/.exec(rest.replace(DESCRIPTOR, ''))?.[1]) },
      ];
    case 'fallocate':
    case 'copy_file_range':
    case 'truncate':
      if (file === undefined) return [];
      throw new Error(`not understood: ${text.slice(0, 200)}`);
    case 'fsync':
    case 'fdatasync':
      return file === undefined ? [] : [{ kind: 'sync', file }];
    case 'open':
    case 'openat':
    case 'creat': {
      const opened = own(plain(/ = \d+<((?:[^>\\]|\\.)*)>/.exec(rest.slice(-4_000))?.[1] ?? ''));
      if (opened === undefined || !/O_CREAT|O_TRUNC/.test(rest)) return [];
      const truncate: readonly Operation[] = /O_TRUNC/.test(rest)
        ? [{ kind: 'truncate', file: opened, length: 0 }]
        : [];
      return [{ kind: 'create', file: opened }, ...truncate];
    }
    default: {
      const names = namesOf(rest).map(own);
      const [first, second] = names;
      switch (name.replace(/at2?$/, '')) {
        case 'mkdir':
          return first === undefined ? [] : [{ kind: 'directory', file: first }];
        case 'unlink':
        case 'rmdir':
          return first === undefined ? [] : [{ kind: 'remove', file: first }];
        case 'rename':
        case 'link':
          if (first === undefined && second === undefined) return [];
          if (first === undefined || second === undefined)
            throw new Error(`not understood: ${text.slice(0, 200)}`);
          return [{ kind: name.startsWith('link') ? 'link' : 'rename', from: first, file: second }];
        default:
          return [];
      }
    }
  }
}

/** Names in a call, absolute: those behind a directory's descriptor stand in it. */
function namesOf(rest: string): readonly string[] {
  return [...rest.matchAll(/(?:(?:AT_FDCWD|\d+)(?:<((?:[^>\\]|\\.)*)>)?, )?"((?:\\x[0-9a-f]{2})*)"/g)].map(
    ([, directory, name]) => {
      const path = octets(name!).toString();
      return path.startsWith('/') ? path : `${plain(directory ?? '')}/${path}`;
    },
  );
}
