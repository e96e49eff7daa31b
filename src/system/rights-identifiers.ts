/**
 * Rights identifiers: those every system has, the users' own, and those of the rights database.
 * Source: Guide to System Security, ch. 4 (types of identifiers); System Management Utilities Reference, ADD/IDENTIFIER.
 */
import type { Account } from '../ports/system-store.ts';

/** How somebody came in; a process has one or two of them. */
export const environmentalIdentifiers: Readonly<Record<string, number>> = {
  BATCH: 0x8000_0001,
  DIALUP: 0x8000_0002,
  INTERACTIVE: 0x8000_0003,
  LOCAL: 0x8000_0004,
  NETWORK: 0x8000_0005,
  REMOTE: 0x8000_0006,
};

export const identifierAttributes = [
  'DYNAMIC',
  'HOLDER_HIDDEN',
  'NAME_HIDDEN',
  'NOACCESS',
  'RESOURCE',
  'SUBSYSTEM',
];

/** Values of the rights database begin here. */
export const FIRST_GENERAL_IDENTIFIER = 0x8001_0000;
const LAST_GENERAL_IDENTIFIER = 0x8fff_ffff;

export const isGeneralIdentifier = (value: number): boolean =>
  value >= 0x8000_0000 && value <= LAST_GENERAL_IDENTIFIER;

/** Letters, digits, `$` and `_`, 1 to 31 characters, not a number; upper case. Undefined when it cannot be one. */
export function identifierName(text: string): string | undefined {
  const name = text.toUpperCase();
  return /^(?=.*[A-Z$_])[A-Z0-9$_]{1,31}$/.test(name) ? name : undefined;
}

/** `%X80010004` */
export const identifierValueText = (value: number): string =>
  `%X${value.toString(16).toUpperCase().padStart(8, '0')}`;

/** `[000200,000001]`: the value of a user's own identifier. */
export const uicValueText = ({ group, member }: Account['uic']): string =>
  `[${group.toString(8).padStart(6, '0')},${member.toString(8).padStart(6, '0')}]`;
