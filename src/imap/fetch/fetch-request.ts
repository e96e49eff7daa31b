/** What a FETCH asks for. Source: RFC 9051 §6.4.5, §9 (fetch-att); RFC 3516; RFC 7162 §3.1.4; RFC 8474; RFC 8970. */
import { type Cursor, SyntaxFault } from '../syntax/cursor.ts';
import { parseSection, parseSectionPart, type Section, sectionName, WHOLE_MESSAGE } from './section.ts';

/** Octets from `start` on, `length` at most. */
export interface Partial {
  readonly start: number;
  readonly length: number;
}

type SimpleKind =
  | 'flags'
  | 'uid'
  | 'modseq'
  | 'internalDate'
  | 'size'
  | 'envelope'
  | 'body'
  | 'bodyStructure'
  | 'emailId'
  | 'threadId'
  | 'saveDate'
  | 'preview';

export type FetchItem =
  | { readonly kind: SimpleKind }
  /** `name`: as the answer calls it. */
  | {
      readonly kind: 'section';
      readonly name: string;
      readonly section: Section;
      readonly partial?: Partial | undefined;
    }
  | {
      readonly kind: 'binary';
      readonly name: string;
      readonly numbers: readonly number[];
      readonly partial?: Partial | undefined;
    }
  | { readonly kind: 'binarySize'; readonly name: string; readonly numbers: readonly number[] };

export interface FetchRequest {
  readonly items: readonly FetchItem[];
  /** What is read counts as seen. */
  readonly setsSeen: boolean;
  /** Of messages that have changed after it, only. */
  readonly changedSince?: number | undefined;
  /** And what has vanished since is told. */
  readonly vanished: boolean;
}

/** Clients ask for a dozen. */
const MOST_ITEMS = 256;

const simple: Readonly<Record<string, SimpleKind>> = {
  FLAGS: 'flags',
  UID: 'uid',
  MODSEQ: 'modseq',
  INTERNALDATE: 'internalDate',
  'RFC822.SIZE': 'size',
  ENVELOPE: 'envelope',
  BODYSTRUCTURE: 'bodyStructure',
  EMAILID: 'emailId',
  THREADID: 'threadId',
  SAVEDATE: 'saveDate',
};
const FAST: readonly SimpleKind[] = ['flags', 'internalDate', 'size'];
const macros: Readonly<Record<string, readonly SimpleKind[]>> = {
  FAST,
  ALL: [...FAST, 'envelope'],
  FULL: [...FAST, 'envelope', 'body'],
};
const rfc822 = {
  RFC822: { kind: 'section', name: 'RFC822', section: WHOLE_MESSAGE },
  'RFC822.HEADER': {
    kind: 'section',
    name: 'RFC822.HEADER',
    section: { ...WHOLE_MESSAGE, what: 'header' },
  },
  'RFC822.TEXT': { kind: 'section', name: 'RFC822.TEXT', section: { ...WHOLE_MESSAGE, what: 'text' } },
} as const satisfies Record<string, FetchItem>;

interface Parsed {
  readonly item: FetchItem;
  readonly setsSeen: boolean;
}

/** Behind the set of numbers and its blank: ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")") [fetch-modifiers] */
export function parseFetch(cursor: Cursor): FetchRequest {
  const parsed = parseItems(cursor);
  const { changedSince, vanished } = parseModifiers(cursor);
  cursor.end();
  return {
    items: unique(parsed.map(({ item }) => item)),
    setsSeen: parsed.some(({ setsSeen }) => setsSeen),
    changedSince,
    vanished,
  };
}

function parseItems(cursor: Cursor): readonly Parsed[] {
  if (cursor.peek() === '(') {
    const parsed = cursor.list(() => parseItem(cursor));
    if (parsed.length === 0) throw new SyntaxFault('Nothing is asked for.');
    if (parsed.length > MOST_ITEMS) throw new SyntaxFault('Too much is asked for.');
    return parsed;
  }
  for (const [name, kinds] of Object.entries(macros))
    if (cursor.takes(name)) return kinds.map((kind) => ({ item: { kind }, setsSeen: false }));
  return [parseItem(cursor)];
}

function parseItem(cursor: Cursor): Parsed {
  const name = cursor.match(/[A-Za-z0-9.]+/y, 'name of what is to be fetched').toUpperCase();
  if (cursor.peek() === '[') return parseSectionItem(cursor, name);
  if (name === 'BODY') return { item: { kind: 'body' }, setsSeen: false };
  if (name === 'PREVIEW') {
    // What else stands in parentheses behind it is of the whole FETCH: `PREVIEW (CHANGEDSINCE 7)`.
    if (cursor.isNext(' (LAZY')) {
      cursor.space();
      cursor.list(() => cursor.expect('LAZY'));
    }
    return { item: { kind: 'preview' }, setsSeen: false };
  }
  const kind = Object.hasOwn(simple, name) ? simple[name] : undefined;
  if (kind !== undefined) return { item: { kind }, setsSeen: false };
  if (name === 'RFC822' || name === 'RFC822.HEADER' || name === 'RFC822.TEXT')
    return { item: rfc822[name], setsSeen: name !== 'RFC822.HEADER' };
  throw new SyntaxFault(`There is no ${name} to be fetched.`);
}

/** "BODY" section ["<" number "." nz-number ">"], and so on. */
function parseSectionItem(cursor: Cursor, name: string): Parsed {
  switch (name) {
    case 'BODY':
    case 'BODY.PEEK': {
      const section = parseSection(cursor);
      return {
        item: {
          kind: 'section',
          name: `BODY${sectionName(section)}`,
          section,
          partial: parsePartial(cursor),
        },
        setsSeen: name === 'BODY',
      };
    }
    case 'BINARY':
    case 'BINARY.PEEK': {
      const numbers = parseSectionPart(cursor);
      return {
        item: {
          kind: 'binary',
          name: `BINARY[${numbers.join('.')}]`,
          numbers,
          partial: parsePartial(cursor),
        },
        setsSeen: name === 'BINARY',
      };
    }
    case 'BINARY.SIZE': {
      const numbers = parseSectionPart(cursor);
      return {
        item: { kind: 'binarySize', name: `BINARY.SIZE[${numbers.join('.')}]`, numbers },
        setsSeen: false,
      };
    }
    default:
      throw new SyntaxFault(`There is no ${name}[] to be fetched.`);
  }
}

/** partial = "<" number64 "." nz-number64 ">" */
function parsePartial(cursor: Cursor): Partial | undefined {
  if (!cursor.takes('<')) return undefined;
  const start = cursor.number();
  cursor.expect('.');
  const length = cursor.number();
  cursor.expect('>');
  return { start, length };
}

/** fetch-modifiers = SP "(" fetch-modifier *(SP fetch-modifier) ")" */
function parseModifiers(cursor: Cursor): Pick<FetchRequest, 'changedSince' | 'vanished'> {
  let changedSince: number | undefined;
  let vanished = false;
  if (cursor.isNext(' (')) {
    cursor.space();
    cursor.list(() => {
      if (cursor.takes('VANISHED')) vanished = true;
      else {
        cursor.expect('CHANGEDSINCE');
        cursor.space();
        changedSince = cursor.modseq();
      }
    });
  }
  // RFC 7162 §3.2.6: the one is nothing without the other.
  if (vanished && changedSince === undefined) throw new SyntaxFault('VANISHED wants CHANGEDSINCE.');
  return { changedSince, vanished };
}

/** What is asked for twice is answered once. */
function unique(items: readonly FetchItem[]): readonly FetchItem[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = JSON.stringify(item);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}
