/**
 * A host that mail is relayed to while processes are killed, or the power goes. It may have a message twice where its answer to the dot was lost, with
 * the connection or with the process that had read it and had not written it down (RFC 5321 §4.5.4.1), and for no other reason.
 */
import { systemClock } from '../../src/adapters/node/system-clock.ts';
import { startSink } from '../support/smtp-sink.ts';

const ADDRESS = '127.0.0.2';
export const REMOTE = `remote@[${ADDRESS}]`;

/** One in so many answers is lost: it has the message, and hangs up. */
const LOSES_EVERY = 50;
/** Between an answer and the commit of its outcome, on a machine that does little else. */
const UNTIL_COMMIT_MS = 500;
/** The same on any machine, for tests of every day: a process may be kept from the processor at any moment. */
export const UNTIL_COMMIT_ANYWHERE_MS = 1_000;
/** What was under way when the queue manager died may be answered after that: nobody is there to write it down. */
const UNDER_WAY_MS = 300;

/** What people want to know of a double: who died about then. */
const STORY_MS = 5_000;

interface Death {
  readonly victim: string;
  readonly losesAnswers: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

interface Take {
  readonly at: number;
  readonly isAnswered: boolean;
}

/** What it has had of the messages. */
export interface RemoteHistory {
  /** How often it has the message. */
  times(id: string): number;
  /** Whether each time but the last its answer may have been lost. */
  isExplained(id: string): boolean;
  /** How many answers nobody can have lost: a message that came again behind one of them would be a failure. */
  firmAnswers(): number;
  /** When it came, and who was killed about then. */
  story(id: string): string;
}

export interface RemotePeer extends RemoteHistory, AsyncDisposable {
  readonly port: number;
  /** A process has been killed just now. Those that learn of answers, or write them down, lose them. */
  died(victim: string, losesAnswers: boolean): void;
  /** Of a world whose power went at `instant` (ms since 1970), and that goes on now: what it had by then, and what comes from now on. */
  afterPowerCut(instant: number): RemoteHistory;
}

export async function startRemotePeer(untilCommitMs = UNTIL_COMMIT_MS): Promise<RemotePeer> {
  const takes = new Map<string, Take[]>();
  const deaths: Death[] = [];
  let count = 0;
  const sink = await startSink({
    address: ADDRESS,
    afterData(text) {
      const id = /^Subject: (<<\w+>>)/m.exec(text)?.[1];
      // A bounce, or a report.
      if (id === undefined) return undefined;
      const isAnswered = ++count % LOSES_EVERY !== 0;
      takes.set(id, [...(takes.get(id) ?? []), { at: systemClock.now(), isAnswered }]);
      return isAnswered ? undefined : 'drop';
    },
  });
  const ids = (): Iterable<string> => takes.keys();
  return {
    port: sink.port,
    ...history(ids, (id) => takes.get(id) ?? [], deaths, untilCommitMs),
    died: (victim, losesAnswers) => void deaths.push({ victim, losesAnswers, at: systemClock.now() }),
    afterPowerCut(instant) {
      const now = systemClock.now();
      return history(
        ids,
        (id) => (takes.get(id) ?? []).filter(({ at }) => at <= instant || at >= now),
        [{ victim: 'the power', losesAnswers: true, at: instant }],
        untilCommitMs,
      );
    },
    [Symbol.asyncDispose]: () => sink[Symbol.asyncDispose](),
  };
}

function history(
  ids: () => Iterable<string>,
  takesOf: (id: string) => readonly Take[],
  deaths: readonly Death[],
  untilCommitMs: number,
): RemoteHistory {
  const isAbout = (death: Death, at: number): boolean =>
    death.at - untilCommitMs < at && at < death.at + UNDER_WAY_MS;
  const isFirm = ({ at, isAnswered }: Take): boolean =>
    isAnswered && !deaths.some((death) => death.losesAnswers && isAbout(death, at));
  return {
    times: (id) => takesOf(id).length,
    isExplained: (id) =>
      takesOf(id)
        .slice(0, -1)
        .every((take) => !isFirm(take)),
    firmAnswers: () => [...ids()].flatMap(takesOf).filter(isFirm).length,
    story: (id) =>
      takesOf(id)
        .map(({ at, isAnswered }) => {
          const about = deaths
            .filter((death) => Math.abs(death.at - at) < STORY_MS)
            .map((death) => `${death.victim} died at ${death.at}`);
          return `at ${at} ms${isAnswered ? '' : ', not answered'} (${about.join(', ') || 'nobody died'})`;
        })
        .join(', '),
  };
}
