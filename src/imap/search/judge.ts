/**
 * Whether a message meets a search key, by what is known of it so far. Undefined: more has to be read before that can be said.
 * Source: RFC 9051 §6.4.4.
 */
import type { NumberedMessage } from '../../ports/mailboxes.ts';
import { emailId } from '../object-id.ts';
import { isInRanges } from '../syntax/number-set.ts';
import { localDay, parseSentDate } from './calendar-day.ts';
import type { SearchKey, TextKey } from './search-key.ts';
import type { SearchedHeader } from './searched-header.ts';

export interface Facts {
  readonly sequence: number;
  readonly uid: number;
  readonly now: number;
  numbered?: NumberedMessage;
  header?: SearchedHeader;
  octets?: number;
  /** What was found, and in the end what was not. */
  texts?: ReadonlyMap<TextKey, boolean>;
}

export function judge(key: SearchKey, facts: Facts): boolean | undefined {
  switch (key.kind) {
    case 'and':
      return judgeMany(key.keys, facts, false);
    case 'or':
      return judgeMany(key.keys, facts, true);
    case 'not': {
      const judged = judge(key.key, facts);
      return judged === undefined ? undefined : !judged;
    }
    case 'all':
      return true;
    case 'none':
      return false;
    case 'numbers':
      throw new Error('The numbers of a search have to be resolved first.');
    case 'places':
      return isInRanges(key.ranges, key.byUid ? facts.uid : facts.sequence);
    case 'body':
    case 'text':
      return facts.texts?.get(key);
    case 'sent':
    case 'header':
      return facts.header === undefined ? undefined : judgeHeader(key, facts.header);
    default:
      return facts.numbered === undefined ? undefined : judgeRecord(key, facts.numbered, facts);
  }
}

/** `decides`: the value of one that is that of all. */
function judgeMany(keys: readonly SearchKey[], facts: Facts, decides: boolean): boolean | undefined {
  let isOpen = false;
  for (const key of keys) {
    const judged = judge(key, facts);
    if (judged === decides) return decides;
    if (judged === undefined) isOpen = true;
  }
  return isOpen ? undefined : !decides;
}

type HeaderKey = Extract<SearchKey, { kind: 'sent' | 'header' }>;
type RecordKey = Exclude<
  SearchKey,
  HeaderKey | TextKey | { kind: 'all' | 'none' | 'and' | 'or' | 'not' | 'numbers' | 'places' }
>;

function judgeHeader(key: HeaderKey, header: SearchedHeader): boolean {
  if (key.kind === 'header') return header.has(key.field, key.text);
  // Without a date it was sent before everything else: as Dovecot has it, no RFC says.
  const day = parseSentDate(header.first('date') ?? '')?.day ?? 0;
  return day >= key.from && day < key.to;
}

function judgeRecord(key: RecordKey, numbered: NumberedMessage, { now, octets }: Facts): boolean | undefined {
  switch (key.kind) {
    case 'flag':
      return numbered.flags[key.flag];
    case 'keyword':
      return numbered.keywords.some((each) => each.toLowerCase() === key.keyword);
    case 'received': {
      const day = localDay(numbered.receivedAt);
      return day >= key.from && day < key.to;
    }
    case 'younger':
      return numbered.receivedAt >= now - key.seconds * 1_000;
    case 'older':
      return numbered.receivedAt <= now - key.seconds * 1_000;
    case 'modseq':
      return numbered.modseq >= key.modseq;
    case 'emailId':
      return emailId(numbered) === key.id;
    case 'larger':
      if (octets !== undefined) return octets > key.octets;
      return numbered.sizeBytes > key.octets && isAtLeastStored(numbered) ? true : undefined;
    case 'smaller':
      if (octets !== undefined) return octets < key.octets;
      return numbered.sizeBytes >= key.octets && isAtLeastStored(numbered) ? false : undefined;
  }
}

/** Clients read a message with line ends and a header of its own: never less than is stored, but of files. */
const isAtLeastStored = ({ flags }: NumberedMessage): boolean => !flags.foreign;
