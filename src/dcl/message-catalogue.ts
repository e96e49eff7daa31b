/** Condition value → message, for F$MESSAGE and for statuses that come without a text. Source: dcl.md §7.2, §16.4, §19. */
import { CLI, DCL } from '../command-definition/index.ts';
import { Condition, type MessageDefinition, RMS, type Severity, SYSTEM } from '../condition/index.ts';
import { badKeyword } from './lexical/arguments.ts';
import { INTERPRETER, SET, SHOW } from './messages.ts';
import * as fileCommands from './verbs/file-commands/messages.ts';

export type MessageCatalogue = (value: number) => MessageDefinition | undefined;

const severities: readonly Severity[] = ['W', 'S', 'E', 'I', 'F'];
/** Facility and message number, without severity and control bits. */
const MESSAGE_BITS = 0x0fff_fff8;

export type Facility = Readonly<Record<string, MessageDefinition>>;

const base: readonly Facility[] = [SYSTEM, RMS, DCL, INTERPRETER, SET, SHOW, ...Object.values(fileCommands)];

/** A catalogue of these facilities and the ones the interpreter knows. Build one a process: it is shared. */
export function createMessageCatalogue(facilities: readonly Facility[] = []): MessageCatalogue {
  // Most processes never ask.
  let definitions: ReadonlyMap<number, MessageDefinition> | undefined;
  return (value) => {
    // dcl.md §7.2 [R7]: 2 is no message; number 0 is SS$_NORMAL and nothing else.
    if ((value & MESSAGE_BITS) === 0 && (value & 7) !== 1) return undefined;
    definitions ??= byMessageBits([...base, ...facilities]);
    const known = definitions.get(value & MESSAGE_BITS);
    const severity = severities[value & 7];
    if (known === undefined || severity === undefined) return undefined;
    return known.severity === severity ? known : { ...known, severity };
  };
}

/** The first definition of a value counts. */
function byMessageBits(facilities: readonly Facility[]): ReadonlyMap<number, MessageDefinition> {
  const definitions = new Map<number, MessageDefinition>();
  for (const definition of facilities.flatMap((each) => Object.values(each))) {
    // CLI and DCL share their values; the prefix DCL is what a command interpreter prints.
    if (definition.facility === CLI.NORMAL.facility) continue;
    const bits = definition.value & MESSAGE_BITS;
    if (!definitions.has(bits)) definitions.set(bits, definition);
  }
  return definitions;
}

/** The text FAO arguments have not been put into, as DCL prints a bare status: `error deleting !AS`. */
export function rawCondition(value: number, catalogue: MessageCatalogue): Condition {
  const known = catalogue(value) ?? unknownMessage(value);
  return new Condition({ ...known, text: known.text.replaceAll('!', '!!') });
}

/** `%NONAME-E-NOMSG, Message number 00000002` */
function unknownMessage(value: number): MessageDefinition {
  const number = (value & 0x0fff_ffff).toString(16).toUpperCase().padStart(8, '0');
  return {
    facility: 'NONAME',
    ident: 'NOMSG',
    severity: severities[value & 7] ?? ('?' as Severity),
    text: `Message number ${number}`,
    value,
  };
}

const COMPONENTS = ['FACILITY', 'SEVERITY', 'IDENT', 'TEXT'];

/**
 * F$MESSAGE: `%RMS-E-FNF, file not found`; FAO directives stay raw, the severity comes from the low bits.
 * @param components  `FACILITY,SEVERITY,IDENT,TEXT`, '' for all. Throws IVKEYW.
 */
export function messageText(value: number, catalogue: MessageCatalogue, components: string): string {
  const known = catalogue(value) ?? unknownMessage(value);
  // dcl.md §16.4 [R8]: F$MESSAGE of severities nobody has, and of unknown numbers, shows `?`.
  const severity = catalogue(value) === undefined && (value & 7) > 4 ? '?' : known.severity;
  const wanted = components === '' ? COMPONENTS : components.split(',').map((each) => each.trim());
  for (const word of wanted) if (!COMPONENTS.includes(word)) throw badKeyword(word);
  const prefix = [
    wanted.includes('FACILITY') ? known.facility : '',
    wanted.includes('SEVERITY') ? severity : '',
    wanted.includes('IDENT') ? known.ident : '',
  ].filter((each) => each !== '');
  const lead = prefix.length === 0 ? '' : `%${prefix.join('-')}`;
  const text = wanted.includes('TEXT') ? known.text : '';
  return lead !== '' && text !== '' ? `${lead}, ${text}` : lead + text;
}
