/** Programs on a real terminal, seen as a person sees them: tmux(1) on a server of its own. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pause } from './process-node.ts';

export const hasTmux = (): boolean => spawnSync('tmux', ['-V']).status === 0;

export interface Window {
  /** Process of the program. */
  readonly pid: number;
  /** Types text as it is; `Enter`, `C-z` and the like with `key`. */
  type(text: string): Promise<void>;
  key(name: string): Promise<void>;
  /** As from the clipboard: the terminal says where it begins and ends. */
  paste(text: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Lines on the screen, without what is empty behind the last. */
  screen(): Promise<readonly string[]>;
  /** Resolves to the screen when it is as wanted; throws, with what is there, when that takes too long. */
  until(wanted: (lines: readonly string[]) => boolean, timeoutMs?: number): Promise<readonly string[]>;
  /** The window is closed: the terminal hangs up. */
  close(): Promise<void>;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}
export interface Tmux extends AsyncDisposable {
  /** A window of 100 columns and 30 rows. */
  open(...words: readonly string[]): Promise<Window>;
  openAt(size: Size, ...words: readonly string[]): Promise<Window>;
}

const run = promisify(execFile);

export async function startTmux(): Promise<Tmux> {
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-tmux-'));
  const configuration = join(directory, 'conf');
  // The server stays when a window closes while the next one opens.
  writeFileSync(configuration, 'set -g exit-empty off\nset -g status off\n');
  const tmux = async (...words: readonly string[]): Promise<string> => {
    // Characters beyond ASCII, whatever the locale of whoever runs the tests.
    const { stdout } = await run('tmux', [
      '-u',
      '-S',
      join(directory, 'socket'),
      '-f',
      configuration,
      ...words,
    ]);
    return stdout;
  };
  let count = 0;
  const openAt = async ({ columns, rows }: Size, ...words: readonly string[]): Promise<Window> => {
    count += 1;
    const name = `w${count}`;
    const command = words.map((each) => `'${each.replaceAll("'", "'\\''")}'`).join(' ');
    // No status line: all rows are the program's.
    const size = ['-x', String(columns), '-y', String(rows)];
    await tmux('new-session', '-d', '-s', name, ...size, `exec ${command}`);
    const pid = Number(await tmux('display-message', '-p', '-t', name, '#{pane_pid}'));
    return window(name, pid, tmux);
  };
  return {
    openAt,
    open: (...words) => openAt({ columns: 100, rows: 30 }, ...words),
    async [Symbol.asyncDispose]() {
      await tmux('kill-server').catch(() => {}); // No window is left.
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function window(name: string, pid: number, tmux: (...words: readonly string[]) => Promise<string>): Window {
  const screen = async (): Promise<readonly string[]> =>
    (await tmux('capture-pane', '-p', '-t', name)).trimEnd().split('\n');
  return {
    pid,
    screen,
    async type(text) {
      await tmux('send-keys', '-t', name, '-l', text);
    },
    async key(each) {
      await tmux('send-keys', '-t', name, each);
    },
    async paste(text) {
      await tmux('set-buffer', '-b', name, text);
      await tmux('paste-buffer', '-p', '-d', '-r', '-b', name, '-t', name);
    },
    async resize(columns, rows) {
      await tmux('resize-window', '-t', name, '-x', String(columns), '-y', String(rows));
    },
    async until(wanted, timeoutMs = 15_000) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const lines = await screen();
        if (wanted(lines)) return lines;
        if (Date.now() > deadline) throw new Error(`the screen is\n${lines.join('\n')}`);
        await pause(30);
      }
    },
    async close() {
      await tmux('kill-session', '-t', name);
    },
  };
}
