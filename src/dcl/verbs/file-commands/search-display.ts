/** How SEARCH shows a record: /FORMAT, control characters by their names, and /HIGHLIGHT, what was found. Source: DCL Dictionary, SEARCH. */
import type { ParsedCommand, QualifierDefinition } from '../../../command-definition/index.ts';

export const displayQualifiers: Readonly<Record<string, QualifierDefinition>> = {
  FORMAT: {
    negatable: false,
    value: { required: true, keywords: { DUMP: {}, NONULLS: {}, PASSALL: {}, TEXT: {} } },
  },
  HIGHLIGHT: { value: { keywords: { BLINK: {}, BOLD: {}, REVERSE: {}, UNDERLINE: {} } } },
};

/** ANSI mnemonics, from octet 0 and from octet 128 on. */
const c0 =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US';
const c1 =
  'X80 X81 X82 X83 IND NEL SSA ESA HTS HTJ VTS PLD PLU RI SS2 SS3 DCS PU1 PU2 STS CCH MW SPA EPA X98 X99 X9A CSI ST OSC PM APC';
const names: readonly (readonly string[])[] = [c0.split(' '), c1.split(' ')];

/** What moves on a page, and TEXT leaves as it is. */
const ofPages = '\t\n\v\f\r';
const rendition = { BOLD: 1, UNDERLINE: 4, BLINK: 5, REVERSE: 7 } as const;

/** @param isTerminal  only there something can be highlighted; without /HIGHLIGHT nothing is */
export function recordDisplay(command: ParsedCommand, isTerminal: boolean): (record: string) => string {
  const format = formatter(command.value('FORMAT') ?? 'TEXT');
  const strings = command.values('STRING').filter((each) => each !== '');
  if (!isTerminal || !command.present('HIGHLIGHT') || strings.length === 0) return format;
  const found = new RegExp(`(${strings.map(escaped).join('|')})`, command.present('EXACT') ? '' : 'i');
  const code = rendition[(command.value('HIGHLIGHT') ?? 'BOLD') as keyof typeof rendition];
  return (record) =>
    record
      .split(found)
      .map((part, index) => (index % 2 === 0 ? format(part) : `\x1b[${code}m${format(part)}\x1b[0m`))
      .join('');
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function formatter(format: string): (text: string) => string {
  if (format === 'PASSALL') return (text) => text;
  const kept = format === 'TEXT' ? ofPages : '';
  const controls = /[\x00-\x1f\x7f-\x9f]/g;
  const named = (text: string): string =>
    text.replace(controls, (character) => (kept.includes(character) ? character : nameOf(character)));
  return format === 'NONULLS' ? (text) => named(text.replaceAll('\0', '')) : named;
}

function nameOf(character: string): string {
  const code = character.charCodeAt(0);
  return code === 0x7f ? '<DEL>' : `<${names[code >> 7]![code & 0x1f]}>`;
}
