/**
 * MAIL on real terminals of two sizes: pages, the keypad, what interrupts, a window that changes its size, a notice in the
 * middle of typing, hostile mail. The screens stand beside this file. Source: vms-mail.md §1.5, §1.6, §3.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { connectNode } from '../../src/adapters/node/node-link/index.ts';
import { createProcessNode, type ProcessNode } from '../support/process-node.ts';
import { hasTmux, type Size, startTmux, type Tmux, type Window } from '../support/tmux.ts';
import { expectScreen } from './screen-file.ts';

if (!hasTmux()) console.warn('SKIPPED: tmux is not installed on this machine: no screens to look at');

const COMMAND = fileURLToPath(new URL('../../bin/vmsmail', import.meta.url));
const SIZES: readonly Size[] = [
  { columns: 80, rows: 24 },
  { columns: 132, rows: 50 },
];
/** What the keypad sends in application mode. */
const KEYS = { PF1: '\x1bOP', PF2: '\x1bOQ', KP0: '\x1bOp', KP1: '\x1bOq', MINUS: '\x1bOm' } as const;
const MORE = 'Press RETURN for more...';

const entry = (subject: string, body: string): string =>
  `From a@b.example Thu Oct 08 12:00:00 2026\nFrom: "A. Writer" <writer@there.example>\nTo: smith@hearts.example\nSubject: ${subject}\n\n${body}\n\n`;

/** What SMITH has in his folders. */
const LETTERS = [
  ...Array.from({ length: 60 }, (_, n) => entry(`letter ${n + 1}`, `This is letter ${n + 1}.`)),
  entry('a long one', Array.from({ length: 70 }, (_, n) => `line ${n + 1} of a long letter`).join('\n')),
  entry('wide', `${'0123456789'.repeat(12)}\n\ttab\nthe end`),
  entry(
    '\x1b]0;owned\x07\x1b[2J\x1b[1;1HHa \u202egnip',
    'up\x1b[A\x1b[A\x1b[2K and \x9b31mred \x07bell\x08\x08\nback\rspace\x00null \u200bzero \u202eright to left',
  ),
].join('');

describe.skipIf(!hasTmux()).each(SIZES)('on a terminal of $columns×$rows', (size) => {
  let node: ProcessNode;
  let tmux: Tmux;

  beforeAll(async () => {
    node = await createProcessNode({ users: ['SMITH', 'JONES'] });
    await node.start();
    spawnSync(COMMAND, ['import', '--folder', 'LETTERS', '--user', 'SMITH', '--root', node.root, '-'], {
      input: Buffer.from(LETTERS, 'utf8'),
    });
    tmux = await startTmux();
  });
  afterAll(async () => {
    await tmux?.[Symbol.asyncDispose]();
    await node?.[Symbol.asyncDispose]();
  });

  const atPrompt = (lines: readonly string[]): boolean => lines.at(-1) === 'MAIL>';
  const asksForMore = (lines: readonly string[]): boolean => atPrompt(lines) && lines.at(-3) === MORE;

  async function open(): Promise<Window> {
    const window = await tmux.openAt(size, COMMAND, 'mail', '--user', 'SMITH', '--root', node.root);
    await window.until(atPrompt);
    return window;
  }
  /** Types a line, and waits until MAIL has answered. */
  async function enter(
    window: Window,
    line: string,
    until: (lines: readonly string[]) => boolean = atPrompt,
  ): Promise<readonly string[]> {
    await window.type(line);
    await window.until((lines) => lines.at(-1)?.trimEnd().endsWith(line.trimEnd()) === true);
    await window.key('Enter');
    return window.until(until);
  }
  const keep = async (window: Window, name: string): Promise<void> =>
    expectScreen(name, size, await window.screen());

  it('DIRECTORY fills the screen and goes on with RETURN', async () => {
    const window = await open();
    await enter(window, 'SELECT LETTERS');
    await enter(window, 'DIRECTORY');
    await keep(window, 'directory-first-page');
    const further = size.rows === 24 ? 'letter 30' : 'letter 55';
    await enter(window, '', (lines) => atPrompt(lines) && lines.some((line) => line.endsWith(further)));
    await keep(window, 'directory-next-page');
    await window.close();
  });

  it('READ shows a page, and the next one with RETURN', async () => {
    const window = await open();
    await enter(window, 'SELECT LETTERS');
    await enter(window, 'READ 61', asksForMore);
    await keep(window, 'read-first-page');
    const further = `line ${size.rows === 24 ? 30 : 60} of a long letter`;
    await window.key('Enter');
    await window.until((lines) => lines.includes(further));
    await window.until((lines) => atPrompt(lines) || asksForMore(lines));
    await keep(window, 'read-next-page');
    await window.close();
  });

  it('wraps what is wider than the terminal', async () => {
    const window = await open();
    await enter(window, 'SELECT LETTERS');
    await enter(window, 'READ 62');
    await keep(window, 'read-wide');
    await window.close();
  });

  it('keys of the keypad, alone and behind GOLD', async () => {
    const window = await open();
    await enter(window, 'SELECT LETTERS');
    const press = async (keys: string, wanted: (lines: readonly string[]) => boolean): Promise<void> => {
      await window.type(keys);
      await window.until((lines) => atPrompt(lines) && wanted(lines));
    };
    await press(KEYS.KP0, (lines) => lines.includes('This is letter 1.'));
    await press(KEYS.KP0, (lines) => lines.includes('This is letter 2.'));
    await press(
      KEYS.KP1,
      (lines) => lines.at(-3) !== 'This is letter 2.' && lines.includes('This is letter 1.'),
    );
    await keep(window, 'keypad-back');
    await press(KEYS.PF1 + KEYS.PF2, (lines) => lines.includes('LETTERS'));
    await keep(window, 'keypad-gold-folders');
    await press(KEYS.MINUS, (lines) => lines.includes('%MAIL-W-NONEWMAIL, no new messages'));
    await press(KEYS.PF1 + KEYS.MINUS, (lines) => lines.includes('You have 0 new messages.'));
    await keep(window, 'keypad-gold-minus');
    await window.close();
  });

  it('HELP KEYPAD draws the keys', async () => {
    const window = await open();
    await enter(window, 'HELP KEYPAD', (lines) => lines.some((line) => line.startsWith('Topic?')));
    await keep(window, 'keypad');
    await window.close();
  });

  it('shows hostile mail harmlessly', async () => {
    const window = await open();
    await enter(window, 'SELECT LETTERS');
    await enter(window, 'READ 63');
    await keep(window, 'hostile-read');
    await enter(window, 'DIRECTORY/START=63');
    await keep(window, 'hostile-directory');
    await window.close();
  });

  it('Ctrl/C in the text of SEND leaves nothing behind, Ctrl/Z ends it', async () => {
    const window = await open();
    await enter(window, 'SEND', (lines) => lines.at(-1) === 'To:');
    await enter(window, 'JONES', (lines) => lines.at(-1) === 'Subj:');
    await enter(window, 'never', (lines) =>
      lines.some((line) => line.startsWith('Enter your message below')),
    );
    await window.type('half a line');
    await window.until((lines) => lines.at(-1) === 'half a line');
    await window.key('C-c');
    await window.until(atPrompt);
    await keep(window, 'send-interrupted');
    await enter(window, 'SEND', (lines) => lines.at(-1) === 'To:');
    await enter(window, 'JONES', (lines) => lines.at(-1) === 'Subj:');
    await enter(window, 'sent', (lines) => lines.at(-1)?.startsWith('Enter your message below') === true);
    await enter(window, 'a whole line', (lines) => lines.at(-1) === 'a whole line');
    await window.key('C-z');
    await window.until(atPrompt);
    await keep(window, 'send-ended');
    await window.close();
  });

  it('a notice in the middle of a text that is being typed', async () => {
    const window = await open();
    await enter(window, 'SEND', (lines) => lines.at(-1) === 'To:');
    await enter(window, 'JONES', (lines) => lines.at(-1) === 'Subj:');
    await enter(window, 'notice', (lines) =>
      lines.some((line) => line.startsWith('Enter your message below')),
    );
    await window.type('in the middle of a');
    const notice = 'New mail on node HEARTS from HEARTS::BLAKE';
    const client = await connectNode(node.paths.socketPath);
    await window.until((lines) => {
      if (lines.includes(notice)) return true;
      client.operator.broadcast('SMITH', 'MAIL', notice);
      return false;
    });
    await client.close();
    await window.type(' line');
    await window.until((lines) => lines.at(-1) === 'in the middle of a line');
    await keep(window, 'notice-while-typing');
    await window.close();
  });

  it('a window that changes its size takes its pages from then on', async () => {
    const window = await open();
    const other = SIZES.find((each) => each !== size)!;
    await enter(window, 'SELECT LETTERS');
    await enter(window, 'READ 61', asksForMore);
    await window.resize(other.columns, other.rows);
    await enter(
      window,
      'DIRECTORY',
      (lines) => atPrompt(lines) && lines.some((line) => line.includes('letter 1')),
    );
    expectScreen('resized-to', other, await window.screen());
    await window.close();
  });
});
