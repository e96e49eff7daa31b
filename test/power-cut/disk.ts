/**
 * A disk that loses power: of everything that was not synchronised, any part may be there, or not, or torn. What was synchronised
 * is there. Names follow fsync of their directory, content that of its file; sectors of 512 octets are written whole.
 */
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Operation, Recorded } from './recording.ts';

const SECTOR = 512;

/** One file, by whatever names. */
class Content {
  bytes: Buffer;
  length: number;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.length = bytes.byteLength;
  }

  write(position: number, data: Buffer): void {
    const end = position + data.byteLength;
    if (end > this.bytes.byteLength) {
      const larger = Buffer.alloc(end * 2);
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
    data.copy(this.bytes, position);
    this.length = Math.max(this.length, end);
  }

  truncate(length: number): void {
    if (length > this.length) this.write(length, Buffer.alloc(0));
    else this.bytes.fill(0, length, this.length);
    this.length = length;
  }
}

/** A change of content, at the place it had in the file when it was made. */
interface Change {
  readonly content: number;
  readonly entered: number;
  readonly returned: number;
  readonly position: number;
  /** Undefined: the file was cut, or grown, to `position`. */
  readonly bytes: Buffer | undefined;
}
interface Naming {
  readonly operation: Exclude<Operation, { kind: 'write' | 'truncate' | 'sync' }>;
  readonly content: number;
  readonly entered: number;
  readonly returned: number;
}
interface Synchronisation {
  /** Of content, or of the directory of that name. */
  readonly content: number | undefined;
  readonly directory: string | undefined;
  readonly entered: number;
  readonly returned: number;
}

export class Disk {
  readonly #base: string;
  readonly #changes: Change[] = [];
  readonly #namings: Naming[] = [];
  readonly #synchronisations: Synchronisation[] = [];
  /** Content there was at the beginning, by its name then. */
  readonly #names = new Map<string, number>();
  readonly #origins: string[] = [];

  /** @param base  a copy of the directory as it was, all of it synchronised, before the first operation */
  constructor(base: string, recorded: readonly Recorded[]) {
    this.#base = base;
    const lengths: number[] = [];
    const contentOf = (file: string): number => {
      const known = this.#names.get(file);
      if (known !== undefined) return known;
      const path = join(base, file);
      const content = this.#origins.push(file) - 1;
      lengths[content] = existsSync(path) ? readFileSync(path).byteLength : 0;
      this.#names.set(file, content);
      return content;
    };
    for (const { operation, entered, returned } of recorded) {
      switch (operation.kind) {
        case 'write': {
          const content = contentOf(operation.file);
          const position = operation.position ?? lengths[content]!;
          this.#changes.push({ content, entered, returned, position, bytes: operation.bytes });
          lengths[content] = Math.max(lengths[content]!, position + operation.bytes.byteLength);
          break;
        }
        case 'truncate': {
          const content = contentOf(operation.file);
          this.#changes.push({ content, entered, returned, position: operation.length, bytes: undefined });
          lengths[content] = operation.length;
          break;
        }
        case 'sync': {
          const isDirectory =
            !this.#names.has(operation.file) && isDirectoryOf(base, operation.file, this.#namings);
          this.#synchronisations.push({
            content: isDirectory ? undefined : contentOf(operation.file),
            directory: isDirectory ? operation.file : undefined,
            entered,
            returned,
          });
          break;
        }
        case 'create':
          if (this.#names.has(operation.file) || existsSync(join(base, operation.file))) break;
          this.#namings.push({ operation, content: contentOf(operation.file), entered, returned });
          break;
        case 'directory':
        case 'remove':
          this.#namings.push({ operation, content: -1, entered, returned });
          if (operation.kind === 'remove') this.#names.delete(operation.file);
          break;
        case 'rename':
        case 'link': {
          const content = contentOf(operation.from);
          this.#namings.push({ operation, content, entered, returned });
          this.#names.set(operation.file, content);
          if (operation.kind === 'rename') this.#names.delete(operation.from);
          break;
        }
        default:
          operation satisfies never;
      }
    }
  }

  /** Makes in `target` what may be found after the power went at `instant`, milliseconds since 1970. */
  cutAt(instant: number, target: string, random: () => number): void {
    cpSync(this.#base, target, { recursive: true, preserveTimestamps: true });
    const synchronised = this.#synchronisations.filter(({ returned }) => returned <= instant);
    const contents = this.#contentsAt(instant, synchronised, random);
    const placed = new Map<number, string>();
    for (const [content, origin] of this.#origins.entries())
      if (existsSync(join(target, origin))) placed.set(content, origin);
    for (const naming of this.#namings) {
      if (naming.entered > instant) continue;
      const isSafe = synchronised.some(
        ({ directory, entered }) =>
          directory !== undefined && isOf(naming.operation, directory) && entered >= naming.returned,
      );
      if (isSafe || random() < 0.5) name(target, naming, placed);
    }
    const written = new Set<number>();
    for (const [content, file] of placed) {
      const now = contents.get(content);
      const path = join(target, file);
      if (now === undefined || written.has(content) || !existsSync(path)) continue;
      written.add(content);
      writeFileSync(path, now.bytes.subarray(0, now.length));
    }
  }

  #contentsAt(
    instant: number,
    synchronised: readonly Synchronisation[],
    random: () => number,
  ): ReadonlyMap<number, Content> {
    const contents = new Map<number, Content>();
    const contentOf = (id: number): Content => {
      const known = contents.get(id);
      if (known !== undefined) return known;
      const path = join(this.#base, this.#origins[id]!);
      const made = new Content(existsSync(path) ? readFileSync(path) : Buffer.alloc(0));
      contents.set(id, made);
      return made;
    };
    const latest = new Map<number, number>();
    for (const { content, entered } of synchronised)
      if (content !== undefined) latest.set(content, Math.max(latest.get(content) ?? 0, entered));
    for (const change of this.#changes) {
      if (change.entered > instant) continue;
      const isSafe = change.returned <= (latest.get(change.content) ?? Number.NEGATIVE_INFINITY);
      apply(contentOf(change.content), change, isSafe ? 0 : random(), random);
    }
    return contents;
  }
}

/** @param luck  below 1/3 it is there, below 2/3 a part of it, else nothing */
function apply(content: Content, { position, bytes }: Change, luck: number, random: () => number): void {
  if (luck > 2 / 3) return;
  if (bytes === undefined) content.truncate(position);
  else if (luck < 1 / 3) content.write(position, bytes);
  else tear(content, position, bytes, random);
}

/** Every sector is there, or not. */
function tear(content: Content, position: number, bytes: Buffer, random: () => number): void {
  for (let at = 0; at < bytes.byteLength; ) {
    const end = Math.min(bytes.byteLength, at + SECTOR - ((position + at) % SECTOR));
    if (random() < 0.5) content.write(position + at, bytes.subarray(at, end));
    at = end;
  }
}

/** Whether a change of names is one of this directory. */
const isOf = (operation: Naming['operation'], directory: string): boolean => {
  const parent = dirname(operation.file);
  return (parent === '.' ? '' : parent) === directory;
};

const isDirectoryOf = (base: string, file: string, namings: readonly Naming[]): boolean =>
  file === '' ||
  namings.some(({ operation }) => operation.kind === 'directory' && operation.file === file) ||
  isDirectory(join(base, file));

function isDirectory(path: string): boolean {
  try {
    readFileSync(path);
    return false;
  } catch (failure) {
    return (failure as NodeJS.ErrnoException).code === 'EISDIR';
  }
}

function name(target: string, { operation, content }: Naming, placed: Map<number, string>): void {
  const path = join(target, operation.file);
  const isParent = existsSync(dirname(path));
  switch (operation.kind) {
    case 'create':
      if (!isParent) return;
      writeFileSync(path, '');
      placed.set(content, operation.file);
      return;
    case 'directory':
      mkdirSync(path, { recursive: true });
      return;
    case 'remove':
      rmSync(path, { recursive: true, force: true });
      return;
    default: {
      const from = join(target, operation.from);
      if (!isParent || !existsSync(from)) return;
      if (operation.kind === 'rename') renameSync(from, path);
      else if (!existsSync(path)) linkSync(from, path);
      placed.set(content, operation.file);
    }
  }
}
