/**
 * The host's editor as VISUAL or EDITOR names it, else vi, run by the shell as every program of the host runs it. Its file
 * stands in a directory that only its owner may enter, and goes with it, with whatever the editor left beside it.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, readFileSync, rmSync } from 'node:fs';
import { chmod, mkdtemp, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type EditedText,
  EditorNotStarted,
  type EditRequest,
  type TextEditor,
} from '../../ports/text-editor.ts';
import { guardTerminal } from './terminal-guard.ts';

export interface HostEditorOptions {
  /** VISUAL and EDITOR, and what the editor itself finds in it. */
  readonly environment: NodeJS.ProcessEnv;
  /** The terminal belongs to the program while `work` runs. Default: nobody has it. */
  readonly lend?: <T>(work: () => Promise<T>) => Promise<T>;
  /** Default: that of this process, so that the editor talks to the person. */
  readonly stdio?: 'inherit' | 'ignore';
}

/** What a shell answers that found no such program, or one it may not run. */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;
/** A file written a moment after another one may have the same time: ours seems older. */
const AGE_SECONDS = 10;

export function hostEditor(options: HostEditorOptions): TextEditor {
  const lend = options.lend ?? ((work) => work());
  return {
    async edit(request, take) {
      const directory = await mkdtemp(join(tmpdir(), 'vmsmail-edit-'));
      const remove = guardTerminal(
        { restore: () => rmSync(directory, { recursive: true, force: true }), resume: () => {} },
        ['SIGTERM', 'SIGHUP'],
      );
      try {
        const path = join(directory, fileName(request.name));
        const before = await write(path, request);
        const isLeftWell = await lend(() => run(path, request.signal, options));
        return await take(await edited(path, before, isLeftWell && request.isReadOnly !== true));
      } finally {
        remove();
      }
    },
  };
}

/** The name of a file and nothing else, whatever is asked for. */
const fileName = (name: string): string =>
  name.replace(/[^A-Za-z0-9$_.-]/g, '_').replace(/^[.-]/, '_') || 'TEXT';

async function write(path: string, { text, isReadOnly }: EditRequest): Promise<string> {
  const hash = createHash('sha256');
  const source = Readable.from(
    (async function* () {
      for await (const line of text) {
        const bytes = Buffer.from(`${line}\n`);
        hash.update(bytes);
        yield bytes;
      }
    })(),
  );
  await pipeline(source, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  const past = Date.now() / 1000 - AGE_SECONDS;
  await utimes(path, past, past);
  if (isReadOnly === true) await chmod(path, 0o400);
  return `${hash.digest('hex')} ${await identity(path)}`;
}

/** Changes with every time the file is saved, in place or as a new one. */
async function identity(path: string): Promise<string> {
  const { ino, mtimeMs } = await stat(path);
  return `${ino} ${mtimeMs}`;
}

async function edited(path: string, before: string, isLeftWell: boolean): Promise<EditedText> {
  const [hashBefore = '', ...wasIdentity] = before.split(' ');
  const now = await identity(path).catch(() => undefined);
  const isSaved = isLeftWell && now !== undefined && now !== wasIdentity.join(' ');
  return {
    isSaved,
    isChanged: isSaved && (await hashOf(path)) !== hashBefore,
    lines: linesOf(path),
  };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function* linesOf(path: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
}

/** True when it was left with success. */
async function run(
  path: string,
  signal: AbortSignal | undefined,
  { environment, stdio = 'inherit' }: HostEditorOptions,
): Promise<boolean> {
  const command = [environment['VISUAL'], environment['EDITOR'], 'vi'].find(
    (each) => (each ?? '').trim() !== '',
  )!;
  // The shell splits the command into words, as git and others have it; the path is one, whatever it is. Ctrl/C means the
  // editor: the shell outlives it, and says how the editor ended.
  const script = `trap : INT QUIT; ${command} "$1"`;
  const child = spawn('/bin/sh', ['-c', script, 'sh', path], { stdio, env: environment });
  const stop = (): void => hangUp(child.pid);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode) => resolve(exitCode));
    });
    if (code === NOT_EXECUTABLE || code === NOT_FOUND) throw new EditorNotStarted(command);
    return code === 0;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** The shell, the editor it called, and what that called: none of them has a terminal any more. */
function hangUp(pid: number | undefined): void {
  if (pid === undefined) return;
  let children: readonly string[] = [];
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    process.kill(pid, 'SIGHUP');
  } catch {
    // It has ended.
  }
  for (const child of children) hangUp(Number(child));
}
