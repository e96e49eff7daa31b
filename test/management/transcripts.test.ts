/** Plays the transcripts of TCPIP>, UAF> and the operator's queue commands. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseWithPrompts } from '../../src/command-definition/index.ts';
import { Condition, conditionLines, INHIBIT_MESSAGE, statusText } from '../../src/condition/index.ts';
import { TranscriptTerminal } from '../mail-shell/transcript-terminal.ts';
import { createManagementRig, type ManagementRig } from './rig.ts';

const root = join(import.meta.dirname, '../transcripts');
const transcripts = [
  ...readdirSync(join(root, 'management')).map((name) => `management/${name}`),
  ...readdirSync(join(root, 'dcl'))
    .filter((name) => /^(show-queue|show-entry|set-entry|stop-queue)/.test(name))
    .map((name) => `dcl/${name}`),
];

for (const name of transcripts) {
  it(name, async () => {
    const rig = await createManagementRig();
    const terminal = new TranscriptTerminal(readFileSync(join(root, name), 'utf8'));
    const session = { userName: '', status: 1 };
    try {
      for (let step = terminal.nextStep(); step !== undefined; step = terminal.nextStep()) {
        if (step.kind === 'setUp') await setUp(rig, session, step.text);
        else await runCommand(rig, session, terminal, step.text);
      }
    } finally {
      await rig.manager.stop();
    }
    expect(session.userName).not.toBe('');
  });
}

interface Session {
  userName: string;
  status: number;
}

/**
 * user NAME [PRIVILEGE…] · login NAME · submit user=… to=…[,…] [from=…] [bytes=…] [hold] [after=minutes] ·
 * advance minutes · no-node · active SERVICE active peak port
 */
async function setUp(rig: ManagementRig, session: Session, text: string): Promise<void> {
  const [what, ...words] = text.split(/\s+/);
  const [name = ''] = words;
  if (what === 'user') {
    await rig.addUser(name, words.slice(1));
    if (session.userName === '') session.userName = name;
  } else if (what === 'login') session.userName = name;
  else if (what === 'no-node') rig.isRunning = false;
  else if (what === 'advance') rig.clock.advance(Number(name) * 60_000);
  else if (what === 'active') {
    const [active, peak, port] = words.slice(1).map(Number);
    rig.serviceStates.push({ service: name, active: active!, peak: peak!, port: port! });
  } else if (what === 'submit') {
    const fields = Object.fromEntries(words.map((word) => word.split(/=(.*)/s).slice(0, 2)));
    await rig.manager.submit({
      envelope: { reversePath: fields['from'] ?? '', forwardPaths: fields['to'].split(',') },
      text: { kind: 'inline', bytes: Buffer.alloc(Number(fields['bytes'] ?? 1400), 'x') },
      userName: fields['user'],
      ...(words.includes('hold') ? { hold: true } : {}),
      ...('after' in fields ? { after: rig.clock.now() + Number(fields['after']) * 60_000 } : {}),
    });
  } else throw new Error(`set-up line not understood: ${text}`);
}

/** The little of DCL these transcripts need. */
async function runCommand(
  rig: ManagementRig,
  session: Session,
  terminal: TranscriptTerminal,
  line: string,
): Promise<void> {
  const symbol = /^SHOW SYMBOL \$(STATUS|SEVERITY)$/.exec(line)?.[1];
  if (symbol !== undefined) {
    const value = symbol === 'STATUS' ? statusText(session.status) : String(session.status & 7);
    return terminal.writeLine(`  $${symbol} == "${value}"`);
  }
  const typed = /^TYPE (.*)$/.exec(line)?.[1];
  if (typed !== undefined) {
    for (const record of rig.files.get(`DKA0:[${session.userName}]${typed}`) ?? [])
      terminal.writeLine(record);
    return;
  }
  const context = await rig.context(session.userName, terminal);
  const image = /^MCR AUTHORIZE ?(.*)$/.exec(line)?.[1];
  try {
    if (image !== undefined) {
      session.status = await rig.authorize({ ...context, commandLine: image });
      return;
    }
    const command = await parseWithPrompts(line, rig.tables, terminal);
    session.status = (await command.verb.routine?.(command, context)) ?? 1;
  } catch (error) {
    if (!(error instanceof Condition)) throw error;
    for (const text of conditionLines(error)) terminal.writeLine(text);
    session.status = error.value | INHIBIT_MESSAGE;
  }
}
