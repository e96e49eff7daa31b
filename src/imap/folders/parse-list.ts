/** The arguments of LIST, old and extended. Sources: RFC 9051 §6.3.9, §9 (list); RFC 5258 §6; RFC 5819; RFC 6154 §6. */
import { type Cursor, SyntaxFault } from '../syntax/cursor.ts';
import { parseStatusItems, type StatusItem } from './status-items.ts';

export interface ListSelection {
  readonly subscribed: boolean;
  readonly specialUse: boolean;
  readonly recursive: boolean;
}

export interface ListArguments {
  readonly selection: ListSelection;
  readonly reference: Buffer;
  readonly patterns: readonly Buffer[];
  /** The client writes what RFC 5258 added. */
  readonly isExtended: boolean;
  readonly returns: { readonly subscribed: boolean; readonly status: readonly StatusItem[] | undefined };
}

const MOST_PATTERNS = 100;

/** [SP "(" select-opts ")"] SP mailbox SP mbox-or-pat [SP "RETURN" SP "(" return-opts ")"] */
export function parseList(cursor: Cursor): ListArguments {
  cursor.space();
  const hasSelection = cursor.peek() === '(';
  const selection = hasSelection ? parseSelection(cursor) : NO_SELECTION;
  if (hasSelection) cursor.space();
  const reference = cursor.astring();
  cursor.space();
  const hasPatterns = cursor.peek() === '(';
  const patterns = hasPatterns ? cursor.list(() => cursor.listMailbox()) : [cursor.listMailbox()];
  if (patterns.length > MOST_PATTERNS) throw new SyntaxFault('There are too many patterns.');
  const hasReturn = cursor.takes(' RETURN ');
  const returns = hasReturn ? parseReturn(cursor) : { subscribed: false, status: undefined };
  return {
    selection,
    reference,
    patterns,
    isExtended: hasSelection || hasPatterns || hasReturn,
    // What is selected by a property says so. RFC 5258 §3.4
    returns: { ...returns, subscribed: returns.subscribed || selection.subscribed },
  };
}

const NO_SELECTION: ListSelection = { subscribed: false, specialUse: false, recursive: false };

function parseSelection(cursor: Cursor): ListSelection {
  const named = new Set(cursor.list(() => cursor.atom().toUpperCase()));
  for (const name of named) {
    // No mailbox is on another server: REMOTE adds none.
    if (!['SUBSCRIBED', 'REMOTE', 'RECURSIVEMATCH', 'SPECIAL-USE'].includes(name))
      throw new SyntaxFault(`There is no selection option ${name.slice(0, 40)}.`);
  }
  const subscribed = named.has('SUBSCRIBED');
  const specialUse = named.has('SPECIAL-USE');
  const recursive = named.has('RECURSIVEMATCH');
  // RFC 9051 §6.3.9.1
  if (recursive && !subscribed && !specialUse) throw new SyntaxFault('RECURSIVEMATCH does not stand alone.');
  return { subscribed, specialUse, recursive };
}

/** CHILDREN and SPECIAL-USE are told anyway. */
function parseReturn(cursor: Cursor): ListArguments['returns'] {
  let subscribed = false;
  let status: readonly StatusItem[] | undefined;
  cursor.list(() => {
    const name = cursor.atom().toUpperCase();
    if (name === 'SUBSCRIBED') subscribed = true;
    else if (name === 'STATUS') {
      cursor.space();
      status = parseStatusItems(cursor);
    } else if (name !== 'CHILDREN' && name !== 'SPECIAL-USE')
      throw new SyntaxFault(`There is no return option ${name.slice(0, 40)}.`);
  });
  return { subscribed, status };
}
