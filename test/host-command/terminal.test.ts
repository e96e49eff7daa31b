/**
 * Sessions on a real terminal: the login, notices of new mail in the middle of a line, SET BROADCAST, the end of the
 * line. Sources: vms-mail.md §1.1, §3.10, §6.4; dcl.md §9.2.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectNode } from '../../src/adapters/node/node-link/index.ts';
import { createProcessNode, type ProcessNode, pause } from '../support/process-node.ts';
import { SmtpLine } from '../support/smtp-line.ts';
import { hasTmux, startTmux, type Tmux, type Window } from '../support/tmux.ts';

if (!hasTmux()) console.warn('SKIPPED: tmux is not installed on this machine: no terminal to sit at');

const COMMAND = fileURLToPath(new URL('../../bin/vmsmail', import.meta.url));
const NOTICE = 'New mail on node HEARTS from SMTP%"jones@there.example"';

describe.skipIf(!hasTmux())('somebody at a terminal', () => {
  let node: ProcessNode;
  let tmux: Tmux;

  beforeAll(async () => {
    node = await createProcessNode({ users: ['SMITH', 'BLAKE', 'ADAMS'] });
    expect(await node.start()).toMatchObject({ status: 0 });
    tmux = await startTmux();
  });
  afterAll(async () => {
    await tmux?.[Symbol.asyncDispose]();
    await node?.[Symbol.asyncDispose]();
  });

  const open = (verb: 'mail' | 'dcl', user: string): Promise<Window> =>
    tmux.open(COMMAND, verb, '--user', user, '--root', node.root);

  /** The prompt has come, and the node knows of the terminal: it is told something until it says so. */
  async function isThere(window: Window, user: string, prompt: string): Promise<void> {
    await window.until((lines) => lines.includes(prompt.trimEnd()));
    await using client = await operator();
    const text = `${user} is known`;
    await window.until((lines) => {
      if (lines.includes(text)) return true;
      client.tell(user, text);
      return false;
    });
  }
  async function operator() {
    const client = await connectNode(node.paths.socketPath);
    return {
      tell: (user: string, text: string) => client.operator.broadcast(user, 'GENERAL', text),
      [Symbol.asyncDispose]: () => client.close(),
    };
  }

  async function sendMail(user: string, subject: string): Promise<void> {
    const line = new SmtpLine(node.smtpPort);
    try {
      await line.reply();
      for (const command of [
        'HELO there.example',
        'MAIL FROM:<jones@there.example>',
        `RCPT TO:<${user.toLowerCase()}@hearts.example>`,
        'DATA',
      ])
        expect(await line.command(command)).toMatch(/^(250|354)/);
      expect(await line.command(`Subject: ${subject}\r\n\r\ntext\r\n.`)).toMatch(/^250/);
    } finally {
      line.close();
    }
  }

  it('hears of new mail at MAIL> in the middle of a line, and goes on with it', async () => {
    const window = await open('mail', 'SMITH');
    await isThere(window, 'SMITH', 'MAIL> ');
    await window.type('DIRECT');
    await window.until((lines) => lines.at(-1) === 'MAIL> DIRECT');
    await sendMail('SMITH', 'lunch?');
    const lines = await window.until((all) => all.includes(NOTICE) && all.at(-1) === 'MAIL> DIRECT');
    // What was typed stays where it was, and stands below the notice again.
    expect(lines.slice(lines.indexOf(NOTICE) - 1)).toEqual(['MAIL> DIRECT', NOTICE, 'MAIL> DIRECT']);
    await window.type('ORY/NEW');
    await window.key('Enter');
    await window.until((all) => all.some((line) => /^ {4}1 SMTP%"jones@there\.ex .* lunch\?$/.test(line)));
    await window.type('EXIT');
    await window.key('Enter');
    await hasEnded(window.pid);
  });

  it('hears of it at the $ prompt too, and LOGIN.COM and the login line came first', async () => {
    await sendMail('BLAKE', 'one');
    expect(await node.drained(10_000)).toBe(true);
    const window = await open('dcl', 'BLAKE');
    expect((await window.until((lines) => lines.at(-1) === '$')).slice(0, 2)).toEqual([
      '    You have 1 new Mail message.',
      '$',
    ]);
    await isThere(window, 'BLAKE', '$ ');
    await window.type('SHOW SYM');
    await window.until((lines) => lines.at(-1) === '$ SHOW SYM');
    await sendMail('BLAKE', 'two');
    const lines = await window.until((all) => all.includes(NOTICE) && all.at(-1) === '$ SHOW SYM');
    expect(lines.slice(lines.indexOf(NOTICE) - 1)).toEqual(['$ SHOW SYM', NOTICE, '$ SHOW SYM']);
    await window.type('BOL HO');
    await window.key('Enter');
    await window.until((all) => all.includes('  HO*ME == "SET DEFAULT SYS$LOGIN"'));
    await window.key('C-z');
    await hasEnded(window.pid);

    const next = await open('dcl', 'BLAKE');
    await next.until(
      (all) =>
        /^ {4}Last interactive login on \w+day, [ \d]\d-[A-Z]{3}-\d{4} [\d:]{8}\.\d\d$/.test(all[0] ?? '') &&
        all[1] === '    You have 2 new Mail messages.' &&
        all[2] === '$',
    );
    await next.close();
  });

  it('does not hear of it after SET BROADCAST=NOMAIL, and hears the rest', async () => {
    const window = await open('dcl', 'ADAMS');
    await isThere(window, 'ADAMS', '$ ');
    await window.type('SET BROADCAST=NOMAIL');
    await window.key('Enter');
    await window.until((lines) => lines.at(-2) === '$ SET BROADCAST=NOMAIL' && lines.at(-1) === '$');
    await sendMail('ADAMS', 'unheard');
    expect(await node.drained(10_000)).toBe(true);
    await using client = await operator();
    client.tell('ADAMS', 'heard');
    const lines = await window.until((all) => all.includes('heard'));
    expect(lines).not.toContain(NOTICE);
    await window.close();
  });

  it('ends the session by closing the window, at a prompt and while something runs', async () => {
    const mail = await open('mail', 'SMITH');
    await mail.until((lines) => lines.includes('MAIL>'));
    const dcl = await open('dcl', 'SMITH');
    await dcl.until((lines) => lines.at(-1) === '$');
    await dcl.type('WAIT 01:00');
    await dcl.key('Enter');
    await dcl.until((lines) => lines.at(-1) === '$ WAIT 01:00');
    await mail.close();
    await dcl.close();
    await hasEnded(mail.pid);
    await hasEnded(dcl.pid);
  });

  it('hears of new mail again when the queue manager was killed and has a successor', async () => {
    const window = await open('mail', 'SMITH');
    await isThere(window, 'SMITH', 'MAIL> ');
    const { processes } = await node.whole();
    const killed = processes.find((each) => each.name === 'QUEUE_MANAGER')!;
    process.kill(killed.pid, 'SIGKILL');
    await hasEnded(killed.pid);
    await node.whole();
    await using client = await operator();
    await window.until((lines) => {
      client.tell('SMITH', 'you are known to the new one');
      return lines.includes('you are known to the new one');
    });
    await sendMail('SMITH', 'afterwards');
    await window.until((lines) => lines.filter((each) => each === NOTICE).length === 1);
    await window.close();
  });

  it('hears of new mail again when the node was started again', async () => {
    const window = await open('mail', 'SMITH');
    await isThere(window, 'SMITH', 'MAIL> ');
    await node.stop();
    expect(await node.start()).toMatchObject({ status: 0 });
    await window.key('C-l');
    await sendMail('SMITH', 'again');
    await using client = await operator();
    await window.until((lines) => {
      client.tell('SMITH', 'you are known again');
      return lines.includes('you are known again');
    });
    await window.close();
  });
});

async function hasEnded(pid: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (isRunning(pid)) {
    if (Date.now() > deadline) throw new Error(`process ${pid} goes on`);
    await pause(20);
  }
}

/** One that has ended may wait for tmux to notice. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
