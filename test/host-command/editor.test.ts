/**
 * The editor of the host on a real terminal: it has the keys and the screen while it runs, and MAIL or DCL has them again
 * afterwards. Sources: vms-mail.md §2.0.1; ports/text-editor.ts.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectNode } from '../../src/adapters/node/node-link/index.ts';
import { createProcessNode, type ProcessNode } from '../support/process-node.ts';
import { hasTmux, startTmux, type Tmux, type Window } from '../support/tmux.ts';

if (!hasTmux()) console.warn('SKIPPED: tmux is not installed on this machine: no terminal to sit at');

const COMMAND = fileURLToPath(new URL('../../bin/vmsmail', import.meta.url));
const hasVi = spawnSync('vi', ['--version']).status === 0;

describe.skipIf(!hasTmux())('the editor of somebody at a terminal', () => {
  let node: ProcessNode;
  let tmux: Tmux;
  let directory: string;

  beforeAll(async () => {
    node = await createProcessNode({ users: ['SMITH', 'JONES'] });
    expect(await node.start()).toMatchObject({ status: 0 });
    tmux = await startTmux();
    directory = mkdtempSync(join(tmpdir(), 'vmsmail-editors-'));
  });
  afterAll(async () => {
    await tmux?.[Symbol.asyncDispose]();
    await node?.[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  });

  const open = (verb: 'mail' | 'dcl', editor: string): Promise<Window> =>
    tmux.open(
      ...['env', '-u', 'VISUAL', `EDITOR=${editor}`, `TMPDIR=${directory}`],
      ...[COMMAND, verb, '--user', 'SMITH', '--root', node.root],
    );

  /** Asks at its terminal, as `ed` does. */
  function asking(): string {
    const path = join(directory, 'asking');
    const script = '#!/bin/sh\ntrap : INT\nprintf "text? "\nread line || read line\necho "$line" >"$1"\n';
    writeFileSync(path, script, { mode: 0o755 });
    return path;
  }

  async function lineOf(window: Window, typed: string): Promise<void> {
    await window.type(typed);
    await window.key('Enter');
  }

  it.skipIf(!hasVi)('writes a message in vi, and MAIL goes on with its own keys', async () => {
    const window = await open('mail', 'vi');
    await window.until((lines) => lines.includes('MAIL>'));
    await lineOf(window, 'SEND/EDIT');
    await window.until((lines) => lines.at(-1)?.startsWith('To:') === true);
    await lineOf(window, 'SMITH');
    await window.until((lines) => lines.at(-1)?.startsWith('Subj:') === true);
    await lineOf(window, 'from vi');
    await window.until((lines) => lines.includes('~'));
    await window.type('iwritten in vi');
    await window.key('Escape');
    await window.type(':wq');
    await window.key('Enter');
    await window.until((lines) => lines.at(-1) === 'MAIL>');
    await window.type('READ/NEWX');
    // Its own line editing: the last character goes.
    await window.key('BSpace');
    await window.key('Enter');
    const screen = await window.until((lines) => lines.includes('written in vi'));
    expect(screen.join('\n')).toContain('from vi');
    await window.key('C-z');
    expect(readdirSync(directory).filter((name) => name.startsWith('vmsmail-edit-'))).toEqual([]);
  });

  it('hears Ctrl/C alone, and what others have to tell comes afterwards', async () => {
    const window = await open('dcl', asking());
    await window.until((lines) => lines.at(-1) === '$');
    await lineOf(window, 'EDIT A.TXT');
    await window.until((lines) => lines.at(-1) === 'text?');
    await window.key('C-c');
    const client = await connectNode(node.paths.socketPath);
    try {
      client.operator.broadcast('SMITH', 'GENERAL', 'are you there?');
      await lineOf(window, 'one line');
      const screen = await window.until((lines) => lines.at(-1) === '$');
      const text = screen.join('\n');
      expect(text).toContain('1 line written to file DKA0:[SMITH]A.TXT;1');
      expect(text.indexOf('one line')).toBeLessThan(
        text.includes('are you there?') ? text.indexOf('are you there?') : Number.POSITIVE_INFINITY,
      );
    } finally {
      client.close();
    }
    await lineOf(window, 'TYPE A.TXT');
    await window.until((lines) => lines.at(-2) === 'one line');
    await window.key('C-z');
  });

  it('leaves nothing behind when the window is closed', async () => {
    const window = await open('dcl', asking());
    await window.until((lines) => lines.at(-1) === '$');
    await lineOf(window, 'EDIT B.TXT');
    await window.until((lines) => lines.at(-1) === 'text?');
    const edits = (): readonly string[] =>
      readdirSync(directory).filter((name) => name.startsWith('vmsmail-edit-'));
    expect(edits()).toHaveLength(1);
    await window.close();
    await expect.poll(edits, { timeout: 10_000 }).toEqual([]);
  });
});
