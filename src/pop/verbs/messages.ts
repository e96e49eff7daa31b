/** STAT, LIST, UIDL, RETR, TOP, DELE, LAST, RSET, NOOP. Source: RFC 1939 §5, §7; RFC 1725 (LAST); tcpip-smtp.md §7.1. */
import type { DropMessage, Maildrop } from '../maildrop.ts';
import type { Session } from '../session.ts';
import { topOf } from '../top-of.ts';
import { type Answer, error, lines, ok, type PopVerb } from './verb.ts';

const states = ['transaction'] as const;

/** A number as typed; 0 for what is none. */
const numberOf = (text: string): number => (/^\d{1,9}$/.test(text) ? Number(text) : 0);

const noMessage = (maildrop: Maildrop, number: string): Answer =>
  error(
    maildrop.isMarked(numberOf(number))
      ? `Message ${number} has already been deleted.`
      : `Message ${number} does not exist.`,
  );

const maildropOf = (session: Session): Maildrop => session.maildrop!;

const stat: PopVerb = {
  states,
  parameters: [0, 0],
  obey(session) {
    const { count, octets } = maildropOf(session).totals();
    return ok(`${count} ${octets}`);
  },
};

/** One message, or all of them, a line each. @param shown  what is told of a message */
const listing = (shown: (message: DropMessage) => string | number): PopVerb => ({
  states,
  parameters: [0, 1],
  obey(session, [number]) {
    const maildrop = maildropOf(session);
    if (number !== undefined) {
      const message = maildrop.message(numberOf(number));
      return message === undefined ? noMessage(maildrop, number) : ok(`${number} ${shown(message)}`);
    }
    const { count, octets } = maildrop.totals();
    return ok(`${count} messages (${octets} octets)`, lines(listLines(maildrop, shown)));
  },
});

function* listLines(maildrop: Maildrop, shown: (message: DropMessage) => string | number): Generator<string> {
  for (const [number, message] of maildrop.numbers()) yield `${number} ${shown(message)}`;
}

const list = listing(({ sizeBytes }) => sizeBytes);
const uidl = listing(({ uniqueId }) => uniqueId);

const retr: PopVerb = {
  states,
  parameters: [1, 1],
  async obey(session, [number = '']) {
    const maildrop = maildropOf(session);
    const text = maildrop.message(numberOf(number)) && (await maildrop.text(numberOf(number)));
    if (text === undefined) return noMessage(maildrop, number);
    const { statistics } = session.dependencies;
    return ok(
      `${text.sizeBytes} octets`,
      whenDone(text.bytes, () => {
        maildrop.noteRetrieved(numberOf(number));
        statistics.retrieved(text.sizeBytes);
      }),
    );
  },
};

/** What was not sent to its end counts as not retrieved. */
async function* whenDone(bytes: AsyncIterable<Uint8Array>, done: () => void): AsyncGenerator<Uint8Array> {
  yield* bytes;
  done();
}

const top: PopVerb = {
  states,
  parameters: [2, 2],
  async obey(session, [number = '', count = '']) {
    const maildrop = maildropOf(session);
    if (!/^\d{1,9}$/.test(count)) return error(`"${count}" is not a number of lines.`);
    const text = maildrop.message(numberOf(number)) && (await maildrop.text(numberOf(number)));
    if (text === undefined) return noMessage(maildrop, number);
    return ok(`${text.sizeBytes} octets`, topOf(text.bytes, Number(count)));
  },
};

const dele: PopVerb = {
  states,
  parameters: [1, 1],
  obey(session, [number = '']) {
    const maildrop = maildropOf(session);
    if (maildrop.message(numberOf(number)) === undefined) return noMessage(maildrop, number);
    maildrop.mark(numberOf(number));
    return ok(`Message ${number} has been deleted.`);
  },
};

const last: PopVerb = {
  states,
  parameters: [0, 0],
  obey: (session) => ok(`${maildropOf(session).highest} was last message accessed`),
};

const rset: PopVerb = {
  states,
  parameters: [0, 0],
  obey(session) {
    const maildrop = maildropOf(session);
    maildrop.reset();
    const { count, octets } = maildrop.totals();
    const folder = session.settings.usesMailFolder ? 'MAIL' : 'NEWMAIL';
    return ok(`${folder} Folder has ${count} messages (${octets} octets)`);
  },
};

const noop: PopVerb = { states, parameters: [0, 0], obey: () => ok('') };

export const messageVerbs = {
  STAT: stat,
  LIST: list,
  UIDL: uidl,
  RETR: retr,
  TOP: top,
  DELE: dele,
  LAST: last,
  RSET: rset,
  NOOP: noop,
} as const;
