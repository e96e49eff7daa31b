/** What became of a message that is nowhere, by the ledger: who removed it, or that its bounce had nobody to go to. */
import type { EntryEvent, GivenCommand, Ledger } from './ledger.ts';

export type Fate = 'removed' | 'bounce undeliverable';

export interface Fates {
  /** undefined: nobody and nothing that may has done away with it. */
  of(id: string, forwardPath: string): Fate | undefined;
  /** All that is known of the message, a line each. */
  story(id: string): readonly string[];
}

/** @param nodeLog  where the symbiont says which bounces nobody took, RFC 5321 §6.1 */
export function createFates(read: ReturnType<Ledger['read']>, nodeLog: string): Fates {
  const { entries, commands, bounceTexts } = read;
  const removals = commands.filter(({ line }) => mayRemove.test(line));
  const undeliverable = new Set(
    [...nodeLog.matchAll(/Bounce (\S+) undeliverable/g)].map(([, jobName]) => jobName!),
  );
  const byEntryId = new Map<string, EntryEvent[]>();
  const byMessage = new Map<string, Set<string>>();
  const messagesOfJob = new Map<string, readonly string[]>();
  for (const event of entries) {
    const { entryId, jobName } = event;
    byEntryId.set(entryId, [...(byEntryId.get(entryId) ?? []), event]);
    if (event.event !== 'came') continue;
    const original = /^returned mail of (\S+)$/.exec(event.source ?? '')?.[1];
    const named = [event.reversePath!, ...event.forwardPaths!].flatMap(
      (path) => /^([sm]\d+)@\[/.exec(path)?.[1] ?? [],
    );
    const ids = [...named, ...(original === undefined ? [] : (messagesOfJob.get(original) ?? []))];
    // Two of the same hundredth of a second have one name.
    messagesOfJob.set(jobName!, [...(messagesOfJob.get(jobName!) ?? []), ...ids]);
    for (const id of ids) byMessage.set(id, (byMessage.get(id) ?? new Set()).add(entryId));
  }

  const isRemoval = ({ at, entry }: EntryEvent): boolean =>
    removals.some(({ line, from, to }) => from <= at && at <= to && namesEntry(line, entry));

  const fateOf = (entryId: string, path: string): Fate | undefined => {
    const events = byEntryId.get(entryId)!;
    const came = events.find(({ event }) => event === 'came')!;
    const isBounce = came.reversePath === '';
    const isItsOwn = isBounce
      ? bounceTexts.get(entryId)?.includes(path) !== false
      : came.forwardPaths!.some((each) => each.toLowerCase() === path);
    if (!isItsOwn) return undefined;
    const wentByCommand = events.some(
      (each) =>
        (each.event === 'aborting' || (each.event === 'went' && each.wasExecuting === false)) &&
        isRemoval(each),
    );
    const wasTakenOff = events.some(
      (each) => each.event === 'removed' && each.forwardPath!.toLowerCase() === path,
    );
    if (events.some(({ event }) => event === 'went') && (wentByCommand || wasTakenOff)) return 'removed';
    return isBounce && undeliverable.has(came.jobName!) ? 'bounce undeliverable' : undefined;
  };

  return {
    of(id, forwardPath) {
      for (const entryId of byMessage.get(id) ?? []) {
        const fate = fateOf(entryId, forwardPath.toLowerCase());
        if (fate !== undefined) return fate;
      }
      return undefined;
    },
    story: (id) =>
      [...(byMessage.get(id) ?? [])].flatMap((entryId) => [
        ...byEntryId.get(entryId)!.map((each) => `${time(each.at)} ${JSON.stringify(each)}`),
        ...commandsDuring(commands, byEntryId.get(entryId)!),
      ]),
  };
}

/** Commands that do away with mail. */
const mayRemove =
  /^(DELETE\/ENTRY|TCPIP REMOVE MAIL|TCPIP ANALYZE MAIL.*\/DELETE|START\/QUEUE\/MANAGER.*\/NEW)/;

/** DELETE/ENTRY says which; the others, which sort. */
const namesEntry = (line: string, entry: number): boolean =>
  !line.startsWith('DELETE/ENTRY') || (line.match(/\d+/g) ?? []).some((word) => Number(word) === entry);

const time = (at: number): string => new Date(at).toISOString().slice(11, 23);

/** What was under way when an entry went. */
const commandsDuring = (
  commands: readonly GivenCommand[],
  events: readonly EntryEvent[],
): readonly string[] =>
  events
    .filter(({ event }) => event === 'went')
    .flatMap(({ at }) => commands.filter(({ from, to }) => from <= at && at <= to))
    .map(({ from, userName, line, answer }) => `${time(from)} ${userName} $ ${line}: ${answer ?? ''}`);
