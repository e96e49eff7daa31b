/**
 * ENVELOPE, BODY and BODYSTRUCTURE of odd messages as Dovecot answers them: clients were tried with that. Skipped where it is not
 * installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatBody, formatEnvelope } from '../../src/imap/structure/format-structure.ts';
import { StructureParser } from '../../src/imap/structure/structure-parser.ts';

import { randomNumbers } from '../support/random-numbers.ts';
import { damagedMessages, oddMessages } from './odd-messages.ts';

const isThere = spawnSync('doveadm', ['--help']).error === undefined;
if (!isThere) console.warn('SKIPPED: dovecot is not installed; nothing was compared');
/** Dovecot opens no mail as root. */
const NOBODY = 65_534;

it.skipIf(!isThere)(
  'says of odd messages what Dovecot says',
  async () => {
    const messages = [...oddMessages, ...damagedMessages(randomNumbers(4))];
    const answers = await dovecotAnswers(messages);
    const differing = messages.flatMap((message, index) => {
      const [got, want] = [ourAnswer(message), answers[index] ?? ''];
      return quoted(got) === quoted(want) ? [] : [{ message: message.slice(0, 600), got, want }];
    });
    expect(differing).toEqual([]);
  },
  60_000,
);

/** Literals as quoted strings: which of them it is, is a matter of taste. */
function quoted(answer: string): string {
  let text = '';
  let at = 0;
  for (const found of answer.matchAll(/\{(\d+)\}\r\n/g)) {
    if (found.index < at) continue;
    const start = found.index + found[0].length;
    const end = start + Number(found[1]);
    text += `${answer.slice(at, found.index)}"${answer.slice(start, end).replace(/["\\]/g, '\\$&')}"`;
    at = end;
  }
  return text + answer.slice(at);
}

function ourAnswer(message: string): string {
  const parser = new StructureParser();
  parser.push(Buffer.from(message, 'latin1'));
  const { envelope, root } = parser.end();
  const options = { utf8: false };
  return `ENVELOPE ${formatEnvelope(envelope, options)} BODY ${formatBody(root, false, options)} BODYSTRUCTURE ${formatBody(root, true, options)}`;
}

async function dovecotAnswers(messages: readonly string[]): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'dovecot-'));
  const mail = join(directory, 'Maildir');
  for (const each of ['', 'cur', 'new', 'tmp']) await mkdir(join(mail, each), { recursive: true });
  for (const [index, message] of messages.entries())
    await writeFile(join(mail, 'cur', `${1_000_000 + index}.x:2,S`), message, 'latin1');
  const isRoot = process.getuid?.() === 0;
  const id = isRoot ? NOBODY : process.getuid!();
  await writeFile(
    join(directory, 'dovecot.conf'),
    [
      `base_dir = ${directory}/run`,
      `state_dir = ${directory}/run`,
      `log_path = ${directory}/log`,
      `mail_location = maildir:${mail}`,
      'protocols = imap',
      'ssl = no',
      `mail_uid = ${id}`,
      `mail_gid = ${isRoot ? NOBODY : process.getgid!()}`,
      'first_valid_uid = 1',
      'first_valid_gid = 1',
      '',
    ].join('\n'),
  );
  if (isRoot) {
    await chmod(directory, 0o755);
    for (const each of [directory, mail, ...['cur', 'new', 'tmp'].map((name) => join(mail, name))])
      await chown(each, NOBODY, NOBODY);
    spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, mail]);
  }
  const server = spawn('doveadm', ['-c', join(directory, 'dovecot.conf'), 'exec', 'imap'], {
    env: { PATH: process.env['PATH'], USER: 'nobody', HOME: directory },
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    cwd: directory,
  });
  const chunks: Buffer[] = [];
  server.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  server.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  server.stdin.end('a SELECT INBOX\r\nb FETCH 1:* (ENVELOPE BODY BODYSTRUCTURE)\r\nc LOGOUT\r\n');
  await new Promise((resolve) => server.once('close', resolve));
  const text = Buffer.concat(chunks).toString('latin1');
  const answers: string[] = [];
  const found = text.matchAll(/^\* (\d+) FETCH \((ENVELOPE [\s\S]*?)\)\r\n(?=\* \d+ FETCH |b OK )/gm);
  for (const [, number, answer] of found) answers[Number(number) - 1] = answer!;
  if (answers.length === 0) throw new Error(`Dovecot said: ${text.slice(0, 1_000)}`);
  return answers;
}
