/**
 * ENVELOPE, BODY and BODYSTRUCTURE of odd messages as Dovecot answers them: clients were tried with that. Skipped where it is not
 * installed.
 */
import { expect, it } from 'vitest';
import { formatBody, formatEnvelope } from '../../src/imap/structure/format-structure.ts';
import { StructureParser } from '../../src/imap/structure/structure-parser.ts';
import { randomNumbers } from '../support/random-numbers.ts';
import { DovecotPeer, hasDovecot } from './dovecot-peer.ts';
import { damagedMessages, oddMessages } from './odd-messages.ts';

if (!hasDovecot) console.warn('SKIPPED: dovecot is not installed; nothing was compared');

it.skipIf(!hasDovecot)(
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
  const dovecot = await DovecotPeer.start(messages);
  await dovecot.command('SELECT INBOX');
  const text = await dovecot.command('FETCH 1:* (ENVELOPE BODY BODYSTRUCTURE)');
  await dovecot.close();
  const answers: string[] = [];
  const found = text.matchAll(/^\* (\d+) FETCH \((ENVELOPE [\s\S]*?)\)\r\n(?=\* \d+ FETCH |a\d+ OK )/gm);
  for (const [, number, answer] of found) answers[Number(number) - 1] = answer!;
  if (answers.length === 0) throw new Error(`Dovecot said: ${text.slice(0, 1_000)}`);
  return answers;
}
