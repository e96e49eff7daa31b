import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EditorNotStarted } from '../../ports/text-editor.ts';
import { hostEditor } from './host-editor.ts';

let directory: string;
let outerTmpdir: string | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vmsmail-editor-test-'));
  // Others edit, too: what is left behind is ours.
  outerTmpdir = process.env['TMPDIR'];
  process.env['TMPDIR'] = directory;
});
afterEach(() => {
  if (outerTmpdir === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = outerTmpdir;
  rmSync(directory, { recursive: true });
});

/** An editor that is a shell script: `$1` is the file. */
function scripted(script: string): NodeJS.ProcessEnv {
  const path = join(directory, 'editor');
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { PATH: process.env['PATH'], EDITOR: path, SEEN: join(directory, 'seen') };
}
const edit = (environment: NodeJS.ProcessEnv, request: { name?: string; isReadOnly?: boolean } = {}) =>
  hostEditor({ environment, stdio: 'ignore' }).edit(
    { name: 'A.TXT', text: ['one', 'two'], ...request },
    async ({ lines, ...rest }) => ({ ...rest, lines: await collected(lines) }),
  );
async function collected(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}
const PATIENT = { timeout: 10_000 };
/** One that has ended, and that nobody has asked about yet, does not run. */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
const seen = (): string => readFileSync(join(directory, 'seen'), 'utf8').trim();

describe("the host's editor", () => {
  it('gives back what was saved', async () => {
    expect(await edit(scripted('sed -i s/one/ONE/ "$1"'))).toEqual({
      isSaved: true,
      isChanged: true,
      lines: ['ONE', 'two'],
    });
  });
  it('tells saved from changed, and both from left alone', async () => {
    expect(await edit(scripted('touch "$1"'))).toMatchObject({ isSaved: true, isChanged: false });
    expect(await edit(scripted('cp "$1" "$1.new"; mv "$1.new" "$1"'))).toMatchObject({ isSaved: true });
    expect(await edit(scripted('exit 0'))).toMatchObject({ isSaved: false, isChanged: false });
    expect(await edit(scripted('echo more >>"$1"; exit 1'))).toMatchObject({ isSaved: false });
    expect(await edit(scripted('rm "$1"'), {}).catch((error: unknown) => error)).toBeDefined();
  });
  it('has a file that only its owner can read, and that is gone afterwards', async () => {
    const environment = scripted('stat -c "%a %n" "$1" "$(dirname "$1")" >"$SEEN"');
    await edit(environment, { name: '../../etc/X Y.TXT' });
    const [file = '', parent = ''] = seen().split('\n');
    expect(file).toMatch(/^600 [^ ]*\/[^/ ]*etc_X_Y\.TXT$/);
    expect(parent).toMatch(/^700 /);
    expect(existsSync(parent.slice(4))).toBe(false);
  });
  it('changes nothing that is only looked at', async () => {
    const environment = scripted('stat -c %a "$1" >"$SEEN"; echo more >>"$1"');
    expect(await edit(environment, { isReadOnly: true })).toMatchObject({ isSaved: false });
    expect(seen()).toBe('400');
  });
  it('is what VISUAL says, with its arguments, before EDITOR', async () => {
    const environment = { ...scripted('echo "$@" >"$SEEN"'), EDITOR: 'false' };
    await edit({ ...environment, VISUAL: `${join(directory, 'editor')} -x` });
    expect(seen()).toMatch(/^-x \//);
  });
  it('that is not there is said to be so, and leaves nothing behind', async () => {
    await expect(edit({ ...process.env, VISUAL: '/no/such/editor' })).rejects.toBeInstanceOf(
      EditorNotStarted,
    );
    expect(leftOvers()).toEqual([]);
  });
  it('ends when the session does', async () => {
    const ending = new AbortController();
    const environment = scripted('echo $$ >"$SEEN"; sleep 60');
    const editing = hostEditor({ environment, stdio: 'ignore' }).edit(
      { name: 'A', text: [], signal: ending.signal },
      async ({ isSaved }) => isSaved,
    );
    await expect.poll(() => existsSync(join(directory, 'seen')) && seen() !== '', PATIENT).toBe(true);
    ending.abort();
    expect(await editing).toBe(false);
    // And so does what it called.
    await expect.poll(() => isRunning(Number(seen())), PATIENT).toBe(false);
  });
});

const leftOvers = (): readonly string[] =>
  readdirSync(directory).filter((name) => name.startsWith('vmsmail-edit-'));
