/**
 * Text from outside before a person sees it: nothing in it may steer a terminal or hide what it says. C0 and C1 controls
 * show as `.`. Characters that turn text or have no picture (bidirectional controls, zero-width, tags) are named where
 * they stand, `<U+202E>`: whoever reads an address sees that something is in it. The one place that decides this, for
 * READ and DIRECTORY, notices, operator messages, conditions, displays of queues, and logs.
 * Sources: vms-mail.md §3.4; Unicode UAX #9, UTR #36, UAX #31 §2.3 (joiners); ECMA-48 (C1 as 8-bit controls).
 */
const controls = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/g;
const controlsButFormFeed = /[\x00-\x08\x0a\x0b\x0d-\x1f\x7f-\x9f]/g;
const controlsButLineEnds = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)/g;
/** Format characters and what else has no picture, line and paragraph separators, the blank Braille pattern. */
const hidden = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Zl}\p{Zp}\u2800]/gu;
const suspicious = /[^\x20-\x7e]/;

/** One line of a text: TAB and FF stay. */
export function safeLine(line: string): string {
  return suspicious.test(line) ? visible(line.replace(controlsButFormFeed, '.')) : line;
}

/** A field of a header, a name, an address: one line, without TAB and FF. */
export function safeText(text: string): string {
  return suspicious.test(text) ? visible(text.replace(/[\t\r\n]+/g, ' ').replace(controls, '.')) : text;
}

/** Several lines, as notices and messages have them: TAB, LF and CR LF stay. */
export function safeLines(text: string): string {
  return suspicious.test(text) ? visible(text.replace(controlsButLineEnds, '.')) : text;
}

const visible = (text: string): string => text.replace(hidden, named).toWellFormed();

function named(character: string, offset: number, text: string): string {
  if (belongs(character, text, offset)) return character;
  return `<U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}>`;
}

const ZWNJ = '\u200c';
const ZWJ = '\u200d';
const picture = /\p{Extended_Pictographic}/u;
/** Scripts that are misspelled without joiners. */
const joining =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}]/u;

/** Parts of an emoji, and joiners between letters that need them: what they do can be seen. */
function belongs(character: string, text: string, offset: number): boolean {
  if (character === '\ufe0e' || character === '\ufe0f')
    return picture.test(before(text, offset)) || text[offset + 1] === '\u20e3';
  if (character !== ZWJ && character !== ZWNJ) return false;
  const next = String.fromCodePoint(text.codePointAt(offset + 1) ?? 0);
  const previous = before(text, offset);
  if (joining.test(previous) && joining.test(next)) return true;
  return character === ZWJ && picture.test(previous) && picture.test(next);
}

/** The character in front, without variation selector and skin tone. */
function before(text: string, offset: number): string {
  const [last = ''] =
    /.(?:[\ufe0e\ufe0f]|[\u{1f3fb}-\u{1f3ff}])?$/su.exec(text.slice(Math.max(0, offset - 6), offset)) ?? [];
  return String.fromCodePoint(last.codePointAt(0) ?? 0);
}
