/** Plays the transcripts of MAIL against the utility over stores in memory. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseCommand } from '../../src/command-definition/index.ts';
import { Condition, conditionLines, statusText } from '../../src/condition/index.ts';
import { createDclMailTable } from '../../src/mail/shell/index.ts';
import { parseVmsTime } from '../../src/vms-time/index.ts';
import { createMailRig, type MailRig } from './mail-rig.ts';
import { TranscriptTerminal } from './transcript-terminal.ts';

const directory = join(import.meta.dirname, '../transcripts/mail');

for (const file of readdirSync(directory).filter((name) => name.endsWith('.txt'))) {
  it(`mail/${file}`, async () => {
    const rig = createMailRig();
    const terminal = new TranscriptTerminal(readFileSync(join(directory, file), 'utf8'));
    const session = { userName: '', status: 1 };
    for (let step = terminal.nextStep(); step !== undefined; step = terminal.nextStep()) {
      if (step.kind === 'setUp') await setUp(rig, session, step.text);
      else await runCommand(rig, session, terminal, step.text);
    }
    expect(rig.bugs).toEqual([]);
  });
}

interface Session {
  userName: string;
  status: number;
}

/** user NAME [PRIVILEGE…] · login NAME · mail user=… from=… subject=… at=… text=… [folder=…] · file SPEC "record"… */
async function setUp(rig: MailRig, session: Session, text: string): Promise<void> {
  const [what, ...words] = [...text.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) =>
    word.replaceAll('"', ''),
  );
  const [name = ''] = words;
  if (what === 'user') {
    await rig.addUser(name, words.slice(1));
    if (session.userName === '') session.userName = name;
  } else if (what === 'login') session.userName = name;
  else if (what === 'file') rig.files.set(name, words.slice(1));
  else if (what === 'mail') {
    const fields = Object.fromEntries(words.map((word) => word.split(/=(.*)/s).slice(0, 2)));
    await rig.deliver({
      user: fields['user'],
      from: fields['from'],
      subject: fields['subject'],
      text: fields['text'].replaceAll('\\n', '\n'),
      folder: fields['folder'],
      at: parseVmsTime(fields['at'], rig.clock.now()),
    });
  } else throw new Error(`set-up line not understood: ${text}`);
}

/** The little of DCL that transcripts of MAIL need. */
async function runCommand(
  rig: MailRig,
  session: Session,
  terminal: TranscriptTerminal,
  line: string,
): Promise<void> {
  const symbol = /^SHOW SYMBOL \$(STATUS|SEVERITY)$/.exec(line)?.[1];
  if (symbol !== undefined) {
    const value = symbol === 'STATUS' ? statusText(session.status) : String(session.status & 7);
    terminal.writeLine(`  $${symbol} == "${value}"`);
    return;
  }
  const typed = /^TYPE (.*)$/.exec(line)?.[1];
  if (typed !== undefined) {
    for (const record of rig.files.get(`DKA0:[${session.userName}]${typed}`) ?? [])
      terminal.writeLine(record);
    return;
  }
  const context = await rig.context(session.userName, { input: terminal, output: terminal });
  try {
    const parsed = parseCommand(line, createDclMailTable(rig.shell));
    if (parsed.kind !== 'command') throw new Error(`incomplete command: ${line}`);
    session.status = (await parsed.command.verb.routine?.(parsed.command, context)) ?? 1;
  } catch (error) {
    if (!(error instanceof Condition)) throw error;
    for (const each of conditionLines(error)) terminal.writeLine(each);
    session.status = error.value;
  }
}
