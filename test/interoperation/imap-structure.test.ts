/**
 * ENVELOPE, BODY, BODYSTRUCTURE and sections of odd messages as Dovecot answers them: clients were tried with that. Skipped where it is not
 * installed.
 */
import { expect, it } from 'vitest';
import { whyNoDovecot } from '../../bench/dovecot-instance.ts';
import { formatBody, formatEnvelope } from '../../src/imap/structure/format-structure.ts';
import { StructureParser } from '../../src/imap/structure/structure-parser.ts';
import { FetchOutput, fetchInto, readableMessage } from '../support/fetched-message.ts';
import { randomNumbers } from '../support/random-numbers.ts';
import { DovecotPeer } from './dovecot-peer.ts';
import { damagedMessages, oddMessages } from './odd-messages.ts';

const why = whyNoDovecot();
if (why !== undefined) console.warn(`SKIPPED: nothing was compared with Dovecot: ${why}`);

it.skipIf(why !== undefined)(
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

const SECTIONS =
  'RFC822.SIZE BODY.PEEK[HEADER] BODY.PEEK[TEXT] BODY.PEEK[1] BODY.PEEK[2] BODY.PEEK[1.1] BODY.PEEK[1.1.1] BODY.PEEK[1.MIME] ' +
  'BODY.PEEK[2.MIME] BODY.PEEK[1.HEADER] BODY.PEEK[1.TEXT] BODY.PEEK[HEADER.FIELDS (FROM SUBJECT X)] ' +
  'BODY.PEEK[HEADER.FIELDS.NOT (FROM)] BODY.PEEK[1.HEADER.FIELDS (SUBJECT)] BODY.PEEK[TEXT]<2.7>';

it.skipIf(why !== undefined)(
  'sends of odd messages the sections Dovecot sends',
  async () => {
    // Of headers without an end Dovecot says one thing and another.
    const messages = oddMessages.filter(
      (each) => each.includes('\r\n\r\n') && !/message\/rfc822\r\n(?:\r\n)?--b|no end/.test(each),
    );
    const answers = await dovecotAnswers(messages, SECTIONS);
    const differing: unknown[] = [];
    for (const [index, message] of messages.entries()) {
      const [got, want] = [await ourSections(message), answers[index] ?? ''];
      if (got !== want) differing.push({ message: message.slice(0, 600), got, want });
    }
    expect(differing).toEqual([]);
  },
  60_000,
);

async function ourSections(message: string): Promise<string> {
  const bytes = Buffer.from(message, 'latin1');
  const text = await fetchInto(new FetchOutput(), `(${SECTIONS})`, readableMessage(bytes), false);
  return text.slice('* 1 FETCH ('.length, -')\r\n'.length);
}

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

async function dovecotAnswers(
  messages: readonly string[],
  items = 'ENVELOPE BODY BODYSTRUCTURE',
): Promise<readonly string[]> {
  const dovecot = await DovecotPeer.start(messages);
  await dovecot.command('SELECT INBOX');
  const text = await dovecot.command(`FETCH 1:* (${items})`);
  await dovecot.close();
  const answers: string[] = [];
  const found = text.matchAll(
    /^\* (\d+) FETCH \(((?:ENVELOPE|RFC822.SIZE) [\s\S]*?)\)\r\n(?=\* \d+ FETCH |a\d+ OK )/gm,
  );
  for (const [, number, answer] of found) answers[Number(number) - 1] = answer!;
  if (answers.length === 0) throw new Error(`Dovecot said: ${text.slice(0, 1_000)}`);
  return answers;
}
