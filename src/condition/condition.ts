/**
 * Condition values: what every expected failure in the system is.
 *
 * A facility is a table of messages (`defineFacility`); `signal` throws one as a `Condition`, and the one catch in a
 * command loop renders it (`conditionLines`), sets $STATUS, or picks a reply code. A bug stays an ordinary `Error`.
 * Source: dcl.md §7, §19; STYLE §6.
 */

import { fao } from '../fao/fao.ts';
import { safeLines } from '../mime/safe-text.ts';

export type Severity = 'W' | 'S' | 'E' | 'I' | 'F';
const severityBits: Record<Severity, number> = { W: 0, S: 1, E: 2, I: 3, F: 4 };

export interface MessageDefinition {
  readonly facility: string;
  /** Name printed instead of the facility's own, for example DCL for facility CLI. */
  readonly ident: string;
  readonly severity: Severity;
  /** Text with FAO directives (`!AS`, `!UL`, …). */
  readonly text: string;
  /** The 32-bit condition value, without the inhibit bit. */
  readonly value: number;
  /** Manual or recording that shows it; `own` for a text of ours, and for one that no source at hand confirms. */
  readonly source?: string;
}

/** What a table of messages says of one. */
export type MessageEntry = {
  readonly severity: Severity;
  readonly text: string;
  readonly source?: string;
} & (
  | {
      /** Message number within the facility, bits 14..3 of the value; explicit, never reused. */
      readonly number: number;
      readonly value?: never;
    }
  | {
      /** The whole 32-bit value, where a manual or a recording gives it. */
      readonly value: number;
      readonly number?: never;
    }
);

/**
 * Declares a facility and its messages.
 * @param definition.number  facility number, bits 27..16 of the value
 * @param definition.shared  true: message codes without bit 15 (SYSTEM, RMS and the texts shared by utilities)
 * @returns a record ident → MessageDefinition, and registers nothing: no global state.
 */
export function defineFacility<const T extends Record<string, MessageEntry>>(definition: {
  readonly name: string;
  readonly number: number;
  readonly shared?: boolean;
  readonly messages: T;
}): { readonly [K in keyof T]: MessageDefinition } {
  const result: Record<string, MessageDefinition> = {};
  for (const [ident, entry] of Object.entries(definition.messages)) {
    const facilityBits = definition.number * 0x10000 + (definition.shared ? 0 : 0x8000);
    const value = entry.value ?? facilityBits + entry.number * 8 + severityBits[entry.severity];
    result[ident] = {
      facility: definition.name,
      ident,
      severity: entry.severity,
      text: entry.text,
      value,
      ...(entry.source === undefined ? {} : { source: entry.source }),
    };
  }
  return result as { readonly [K in keyof T]: MessageDefinition };
}

export type FaoArgument = string | number;

/** bit 28: the message has been displayed already. dcl.md §7.1 */
export const INHIBIT_MESSAGE = 0x10000000;

/** One message with its arguments, the secondary messages chained behind it, and DCL's rejected token. */
export class Condition extends Error {
  readonly definition: MessageDefinition;
  readonly args: readonly FaoArgument[];
  /** `-FAC-S-IDENT, text` lines, most general first. */
  readonly secondary: readonly Condition[];
  /** Token echoed as ` \token\` on a line of its own (DCL syntax errors). */
  readonly token: string | undefined;

  constructor(
    message: MessageDefinition,
    args: readonly FaoArgument[] = [],
    options: {
      readonly secondary?: readonly Condition[];
      readonly token?: string;
      readonly cause?: unknown;
    } = {},
  ) {
    super(
      `%${message.facility}-${message.severity}-${message.ident}, ${fao(message.text, args)}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'Condition';
    this.definition = message;
    this.args = args;
    this.secondary = options.secondary ?? [];
    this.token = options.token;
  }

  get value(): number {
    return this.definition.value;
  }
  get severity(): Severity {
    return this.definition.severity;
  }
  get ident(): string {
    return this.definition.ident;
  }
  /** `text` with the arguments put in, without prefix. */
  get text(): string {
    return fao(this.definition.text, this.args);
  }
  /** This condition with further messages chained behind it. */
  with(...secondary: Condition[]): Condition {
    return new Condition(this.definition, this.args, {
      secondary: [...this.secondary, ...secondary],
      ...(this.token === undefined ? {} : { token: this.token }),
    });
  }
}

/** A condition, to be chained, displayed or thrown. */
export const condition = (definition: MessageDefinition, ...args: FaoArgument[]): Condition =>
  new Condition(definition, args);

/** Throws a condition. The expected way to fail. */
export function signal(definition: MessageDefinition, ...args: FaoArgument[]): never {
  throw new Condition(definition, args);
}

/** Which parts of a message are shown: SET MESSAGE. All true by default. */
export interface MessageParts {
  readonly facility: boolean;
  readonly severity: boolean;
  readonly identification: boolean;
  readonly text: boolean;
}
export const allMessageParts: MessageParts = {
  facility: true,
  severity: true,
  identification: true,
  text: true,
};

/** The lines a person reads: `%FAC-S-IDENT, text`, then `-FAC-S-IDENT, text`…, then ` \token\`. dcl.md §7.2 */
export function conditionLines(subject: Condition, parts: MessageParts = allMessageParts): string[] {
  const line = (each: Condition, lead: string): string => {
    const names = [
      parts.facility ? each.definition.facility : '',
      parts.severity ? each.definition.severity : '',
      parts.identification ? each.definition.ident : '',
    ].filter((name) => name !== '');
    const prefix = names.length === 0 ? '' : lead + names.join('-');
    const text = parts.text ? each.text : '';
    return prefix !== '' && text !== '' ? `${prefix}, ${text}` : prefix + text;
  };
  const lines = [line(subject, '%')];
  const chain = (each: Condition): void => {
    for (const next of each.secondary) {
      lines.push(line(next, '-'));
      chain(next);
    }
  };
  chain(subject);
  const shown = lines.filter((each) => each !== '');
  // With all parts off nothing is shown at all.
  if (subject.token !== undefined && shown.length > 0) shown.push(` \\${subject.token}\\`);
  // A message repeats what was typed, and what others wrote.
  return shown.map(safeLines);
}

/** True for success and informational values. dcl.md §7.1: odd is success. */
export const isSuccess = (value: number): boolean => (value & 1) === 1;

/** Whoever gets this value displays it: it is no success, and nobody has. dcl.md §7.1, §8.3 [R8] */
export const isMessageDue = (value: number): boolean => !isSuccess(value) && (value & INHIBIT_MESSAGE) === 0;

/** `%Xnnnnnnnn`, as $STATUS shows it. */
export const statusText = (value: number): string =>
  `%X${(value >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;

/** True for a condition: the expected kind of failure. */
export const isCondition = (error: unknown): error is Condition => error instanceof Condition;
