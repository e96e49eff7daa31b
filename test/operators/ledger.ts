/**
 * What the account of a walk is made from, kept so that no process of the node has to live to tell of it: the queue's own file notes
 * which entries came and went, by triggers, in the very transactions that had them come and go; and a file beside it has what was
 * said to the node, and what it answered. An entry that went without a command, a delivery or a bounce is a loss.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { openQueueStore } from '../../src/adapters/sqlite/queue-store/index.ts';
import { JOB_STATES, stateNumber } from '../../src/adapters/sqlite/queue-store/rows.ts';
import type { NodeRoot } from '../../src/images/node-root.ts';
import type { SinkMessage } from '../support/smtp-sink.ts';
import type { Accepted } from './mail-load.ts';

/** A command somebody gave. */
export interface GivenCommand {
  readonly userName: string;
  readonly line: string;
  /** Milliseconds since 1970: when it was typed, and when its answer was there, or none was to be expected any more. */
  readonly from: number;
  readonly to: number;
  /** $STATUS; undefined where no answer came. */
  readonly status?: number;
  /** The first line of the answer. */
  readonly answer?: string;
}

/** What became of an entry of mail, at an instant of the same clock. */
export interface EntryEvent {
  readonly at: number;
  readonly event: 'came' | 'aborting' | 'went' | 'removed';
  readonly entry: number;
  /** Never used again; entry numbers are. */
  readonly entryId: string;
  /** Of an entry that came. */
  readonly jobName?: string;
  readonly source?: string | null;
  readonly reversePath?: string;
  readonly forwardPaths?: readonly string[];
  /** Of an entry that went: a symbiont was done with it. A command takes away what waits, and marks what executes as aborting. */
  readonly wasExecuting?: boolean;
  /** Whom the entry was removed for, while others still got it. */
  readonly forwardPath?: string;
}

/** What came elsewhere. */
export type Elsewhere = Pick<SinkMessage, 'reversePath' | 'forwardPaths' | 'text'>;

export class Ledger {
  readonly #file: string;
  readonly #elsewhere: string;
  readonly #queueDatabase: string;

  /** Of a node that has not been started yet, or one that was stopped with a ledger of its own: it goes on. */
  constructor({ root, queueDatabase }: NodeRoot) {
    this.#file = join(root, 'LEDGER.JSONL');
    this.#elsewhere = join(root, 'ELSEWHERE.JSONL');
    this.#queueDatabase = queueDatabase;
    void openQueueStore(queueDatabase).close();
    const database = new Sqlite(queueDatabase);
    const known = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'ledger'").get();
    if (known === undefined) database.exec(triggers);
    database.close();
  }

  /** A message was answered with 250, or a user's MAIL with success. */
  accepted(message: Accepted): void {
    this.#note({ accepted: message });
  }
  commanded(command: GivenCommand): void {
    this.#note({ command });
  }

  /** Only for those who go on later: the servers elsewhere are not there any more then. */
  cameElsewhere({ reversePath, forwardPaths, text }: Elsewhere): void {
    appendFileSync(this.#elsewhere, `${JSON.stringify({ reversePath, forwardPaths, text })}\n`);
  }
  elsewhere(): readonly Elsewhere[] {
    if (!existsSync(this.#elsewhere)) return [];
    return [...linesOf(readFileSync(this.#elsewhere))].map((line) => JSON.parse(line) as Elsewhere);
  }

  /** All that was noted; the queue's part of a node that has stopped. */
  read(): {
    readonly accepted: readonly Accepted[];
    readonly commands: readonly GivenCommand[];
    readonly entries: readonly EntryEvent[];
    /** Text of a bounce that is no spooled file, by entry id. */
    readonly bounceTexts: ReadonlyMap<string, string>;
  } {
    const notes = [...linesOf(readFileSync(this.#file))].map(
      (line) => JSON.parse(line) as { readonly accepted?: Accepted; readonly command?: GivenCommand },
    );
    const database = new Sqlite(this.#queueDatabase, { readonly: true });
    const rows = database.prepare('SELECT * FROM ledger ORDER BY rowid').all() as LedgerRow[];
    const texts = database.prepare('SELECT entry_id, text FROM ledger_bounces').all() as {
      readonly entry_id: string;
      readonly text: Buffer;
    }[];
    database.close();
    return {
      accepted: notes.flatMap(({ accepted }) => accepted ?? []),
      commands: notes.flatMap(({ command }) => command ?? []),
      entries: rows.map(({ at, event, entry, entry_id, details }) => ({
        at,
        event,
        entry,
        entryId: entry_id,
        ...(JSON.parse(details) as Partial<EntryEvent>),
      })),
      bounceTexts: new Map(texts.map((each) => [each.entry_id, each.text.toString('latin1').toLowerCase()])),
    };
  }

  #note(note: object): void {
    appendFileSync(this.#file, `${JSON.stringify(note)}\n`);
  }
}

/** Of a file that may be longer than a string. */
function* linesOf(bytes: Buffer): Iterable<string> {
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(0x0a, from);
    yield bytes.toString('utf8', from, end);
    from = end + 1;
  }
}

interface LedgerRow {
  readonly at: number;
  readonly event: EntryEvent['event'];
  readonly entry: number;
  readonly entry_id: string;
  readonly details: string;
}

const EXECUTING = stateNumber('executing');
const ABORTING = stateNumber('aborting');
const noted = (event: EntryEvent['event'], of: 'NEW' | 'OLD', details: string): string =>
  `INSERT INTO ledger VALUES (round(unixepoch('subsec') * 1000), '${event}', ${of}.entry, ${of}.entry_id, ${details});`;

const triggers = `
  CREATE TABLE ledger (at REAL, event TEXT, entry INTEGER, entry_id TEXT, details TEXT);
  CREATE TABLE ledger_bounces (entry_id TEXT PRIMARY KEY, text BLOB);
  CREATE TRIGGER ledger_came AFTER INSERT ON entries WHEN NEW.state < ${JOB_STATES} BEGIN
    ${noted(
      'came',
      'NEW',
      `json_object('jobName', NEW.job_name, 'source', NEW.source, 'reversePath', NEW.reverse_path,
        'forwardPaths', json(NEW.forward_paths))`,
    )}
  END;
  CREATE TRIGGER ledger_aborting AFTER UPDATE OF state ON entries
    WHEN NEW.state = ${ABORTING} AND OLD.state <> ${ABORTING} BEGIN ${noted('aborting', 'NEW', "'{}'")} END;
  CREATE TRIGGER ledger_went AFTER DELETE ON entries WHEN OLD.state < ${JOB_STATES} BEGIN
    ${noted('went', 'OLD', `json_object('wasExecuting', json(iif(OLD.state = ${EXECUTING}, 'true', 'false')))`)}
  END;
  CREATE TRIGGER ledger_removed AFTER INSERT ON recipient_states
    WHEN NEW.state = 'failed' AND NEW.last_reply LIKE 'removed by %' BEGIN
    INSERT INTO ledger SELECT round(unixepoch('subsec') * 1000), 'removed', entry, entry_id,
      json_object('forwardPath', NEW.forward_path) FROM entries WHERE entry = NEW.entry;
  END;
  CREATE TRIGGER ledger_bounce AFTER INSERT ON texts BEGIN
    INSERT INTO ledger_bounces SELECT entry_id, NEW.text FROM entries
      WHERE entry = NEW.entry AND reverse_path = '' AND state < ${JOB_STATES};
  END;
`;
