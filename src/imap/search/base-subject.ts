/** What a subject is about, without `Re:`, `(fwd)` and names of lists in brackets. Source: RFC 5256 §2.1, §5 (BASE.SUBJECT). */
import { headerText } from '../../mime/index.ts';
import { casemap } from './casemap.ts';

/** Longer subjects are compared so far. */
const SUBJECT_CHARACTERS = 1_000;

export interface BaseSubject {
  /** As `casemap` has it. */
  readonly text: string;
  /** Something was taken away that an answer or a forwarded message has. */
  readonly isReply: boolean;
}

/** @param subject  of the header: unfolded, not decoded */
export function baseSubject(subject: string | undefined): BaseSubject {
  // (1) Text, with one blank where there are many.
  let text = headerText((subject ?? '').slice(0, SUBJECT_CHARACTERS))
    .replace(/\s+/g, ' ')
    .trim();
  let isReply = false;
  for (;;) {
    // (2) Behind it.
    for (;;) {
      const shorter = text.replace(/ ?\(fwd\)$/i, '').trimEnd();
      if (shorter === text) break;
      text = shorter;
      isReply = true;
    }
    // (3) to (5) In front of it.
    const { at, hasReply } = endOfLeaders(text);
    text = text.slice(at);
    isReply ||= hasReply;
    // (6) Around it.
    if (!/^\[fwd:.*\]$/i.test(text)) return { text: casemap(text), isReply };
    text = text.slice(5, -1).trim();
    isReply = true;
  }
}

const LEADER = /(?:\[[^[\]]*\] ?)*(?:re|fwd?) ?(?:\[[^[\]]*\] ?)?: ?/iy;
const BLOB = /\[[^[\]]*\] ?/y;

function endOfLeaders(text: string): { readonly at: number; readonly hasReply: boolean } {
  let at = 0;
  let hasReply = false;
  for (;;) {
    LEADER.lastIndex = at;
    if (LEADER.test(text)) {
      at = LEADER.lastIndex;
      hasReply = true;
      continue;
    }
    BLOB.lastIndex = at;
    // (4) Not where nothing would be left.
    if (!BLOB.test(text) || BLOB.lastIndex === text.length) return { at, hasReply };
    at = BLOB.lastIndex;
  }
}
