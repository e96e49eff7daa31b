/** What must be true when everybody has stopped: all believe the same, and every message is where it was said to be. */
import { type Actor, BOXES, type Options } from './actor.ts';
import type { Ledger } from './ledger.ts';
import { TrackedMailbox } from './tracked-mailbox.ts';
import { TrackingSession } from './tracking-session.ts';

export async function checkEnd(
  actors: readonly Actor[],
  options: Options,
  ledger: Ledger,
  problems: string[],
): Promise<void> {
  const live = actors.filter(({ session }) => !session.isEnded);
  for (const actor of live) await actor.settle();
  const judge = await TrackingSession.open('judge', options.port, problems);
  await judge.command('LOGIN smith secret');
  const copies = new Map<string, number>();
  for (const box of [...BOXES, ...(options.wastebasket === undefined ? [] : [options.wastebasket])]) {
    judge.mailbox = new TrackedMailbox(judge.problem);
    await judge.command(`SELECT ${box}`);
    const { untagged } =
      judge.mailbox.messages.length === 0
        ? { untagged: [] }
        : await judge.command('FETCH 1:* (UID FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])');
    for (const each of untagged) {
      const text = /Subject: (\S+)/.exec(each)?.[1] ?? '';
      copies.set(text, (copies.get(text) ?? 0) + 1);
      const uid = /UID (\d+)/.exec(each)?.[1];
      if (box !== options.wastebasket) ledger.saw(box, Number(uid), text);
    }
    for (const { session } of live) if (session.selected === box) compare(session, judge.mailbox);
  }
  ledger.check();
  for (const text of copies.keys())
    if (!ledger.appended.has(text) && !ledger.doubtful.has(text)) problems.push(`nobody appended "${text}"`);
  if (options.wastebasket !== undefined) {
    const expected = ledger.expectedCopies();
    for (const [text, count] of expected ?? [])
      if (copies.get(text) !== count)
        problems.push(`${text}: ${copies.get(text) ?? 0} copies instead of ${count}`);
  }
  judge.close();
  for (const { session } of live) session.close();
}

function compare(session: TrackingSession, truth: TrackedMailbox): void {
  const { messages } = session.mailbox;
  if (messages.length !== truth.messages.length) {
    session.problem(`believes in ${messages.length} of ${truth.messages.length} messages`);
    return;
  }
  for (const [index, { uid, flags }] of messages.entries()) {
    const there = truth.messages[index]!;
    if (uid !== undefined && uid !== there.uid)
      session.problem(`believes that ${index + 1} is UID ${uid} instead of ${there.uid}`);
    if (flags !== undefined && flags !== there.flags)
      session.problem(`believes in flags "${flags}" of UID ${there.uid} instead of "${there.flags}"`);
  }
}
