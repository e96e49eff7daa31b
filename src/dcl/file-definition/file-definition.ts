/**
 * File Definition Language: what CREATE/FDL makes a file of. Of its sections those count that mean something here: FILE,
 * RECORD and KEY; the others (TITLE, IDENT, SYSTEM, AREA, ANALYSIS_OF…, CONNECT, DATE, JOURNAL, ACCESS, SHARING) are read
 * and passed over, as are attributes that tell RMS how to lay a file out.
 * Source: OpenVMS Record Management Utilities Reference Manual, FDL facility.
 */
import { matchAbbreviation } from '../../command-definition/abbreviation.ts';
import { Condition } from '../../condition/index.ts';
import type {
  FileOrganization,
  FileProtection,
  RecordAttributes,
  RecordFormat,
  Uic,
} from '../../ports/file-header.ts';
import type { KeyDefinition, KeySegment } from '../../ports/record-stream.ts';
import { parseProtection } from '../../system/file-protection/protection-code.ts';
import {
  CARRIAGE_CONTROLS,
  FILE_ATTRIBUTES,
  FORMATS,
  KEY_ATTRIBUTES,
  KEY_TYPES,
  ORGANIZATIONS,
  PRIMARY,
  RECORD_ATTRIBUTES,
  TEXTS,
} from './attributes.ts';
import { FDL } from './messages.ts';

export interface FileDefinition {
  readonly name: string | undefined;
  readonly organization: FileOrganization;
  readonly owner: Uic | undefined;
  readonly protection: Partial<FileProtection> | undefined;
  readonly recordFormat: RecordFormat;
  readonly recordAttributes: RecordAttributes;
  readonly maximumRecord: number;
  readonly keys: readonly KeyDefinition[];
}

interface OpenKey {
  readonly number: number;
  readonly segments: Map<number, { position: number; size: number }>;
  name?: string;
  duplicates: boolean;
  changes: boolean;
  descending: boolean;
}

/** Throws conditions of FDL that name the line. */
export function parseFileDefinition(records: readonly string[]): FileDefinition {
  return new Reader().read(records);
}

class Reader {
  #section = '';
  #line = 0;
  #name: string | undefined;
  #organization: FileOrganization = 'SEQ';
  #owner: Uic | undefined;
  #protection: Partial<FileProtection> | undefined;
  #recordFormat: RecordFormat = 'VAR';
  #recordAttributes: RecordAttributes = 'CR';
  #maximumRecord = 0;
  readonly #keys: OpenKey[] = [];

  read(records: readonly string[]): FileDefinition {
    for (const record of records) {
      this.#line += 1;
      for (const statement of statementsOf(record)) this.#statement(statement);
    }
    return {
      name: this.#name,
      organization: this.#organization,
      owner: this.#owner,
      protection: this.#protection,
      recordFormat: this.#recordFormat,
      recordAttributes: this.#recordAttributes,
      maximumRecord: this.#maximumRecord,
      keys: [...this.#keys].sort((one, other) => one.number - other.number).map(closed),
    };
  }

  #statement(text: string): void {
    const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
    const primary = matchAbbreviation(word.toUpperCase(), PRIMARY);
    const secondary = this.#secondary(word);
    // NAME and the like are attributes; KEY and AREA begin a section wherever they stand.
    if (secondary !== undefined) {
      this.#attribute(secondary, rest);
      return;
    }
    if (primary.kind !== 'unique') throw this.#wrong(this.#section === '' ? 'UNPRIKW' : 'UNSECKW', word);
    this.#section = primary.name;
    if (primary.name === 'KEY') this.#openKey(rest);
    else if (!TEXTS.includes(primary.name) && rest !== '') this.#statement(rest);
  }

  /** Full name of an attribute of the open section; undefined where it is none. */
  #secondary(word: string): string | undefined {
    const name = word.toUpperCase();
    const known = { FILE: FILE_ATTRIBUTES, RECORD: RECORD_ATTRIBUTES, KEY: KEY_ATTRIBUTES }[this.#section];
    if (this.#section === 'KEY' && /^SEG\d+_(L|P|T)/.test(name)) return name;
    if (known !== undefined) {
      const match = matchAbbreviation(name, known);
      return match.kind === 'unique' ? match.name : undefined;
    }
    // Sections that are passed over: whatever is no section.
    if (this.#section === '' || PRIMARY.includes(name)) return undefined;
    return name;
  }

  #attribute(name: string, value: string): void {
    if (this.#section === 'FILE') this.#fileAttribute(name, value);
    else if (this.#section === 'RECORD') this.#recordAttribute(name, value);
    else if (this.#section === 'KEY') this.#keyAttribute(name, value);
  }

  #fileAttribute(name: string, value: string): void {
    if (name === 'NAME') this.#name = unquoted(value);
    else if (name === 'ORGANIZATION') this.#organization = this.#keyword(value, ORGANIZATIONS);
    else if (name === 'OWNER') this.#owner = this.#uic(value);
    else if (name === 'PROTECTION')
      this.#protection =
        parseProtection(value.replace(/^\(|\)$/g, '').split(',')) ?? this.#fail('UNQUAKW', value);
  }

  #recordAttribute(name: string, value: string): void {
    if (name === 'FORMAT') this.#recordFormat = this.#keyword(value, FORMATS);
    else if (name === 'CARRIAGE_CONTROL') this.#recordAttributes = this.#keyword(value, CARRIAGE_CONTROLS);
    else if (name === 'SIZE') this.#maximumRecord = this.#number(value);
  }

  #openKey(rest: string): void {
    const [, number = '', attributes = ''] = /^(\S*)\s*(.*)$/s.exec(rest) ?? [];
    const key = this.#number(number);
    this.#keys.push({
      number: key,
      segments: new Map(),
      duplicates: key > 0,
      changes: key > 0,
      descending: false,
    });
    if (attributes !== '') this.#statement(attributes);
  }

  #keyAttribute(name: string, value: string): void {
    const key = this.#keys.at(-1)!;
    const [, segment = '', part = ''] = /^SEG(\d+)_(\w)/.exec(name) ?? [];
    if (segment !== '') this.#segment(key, Number(segment), part, value);
    else if (name === 'POSITION') this.#segment(key, 0, 'P', value);
    else if (name === 'LENGTH') this.#segment(key, 0, 'L', value);
    else if (name === 'CHANGES') key.changes = this.#truth(value);
    else if (name === 'DUPLICATES') key.duplicates = this.#truth(value);
    else if (name === 'NAME') key.name = unquoted(value);
    else if (name === 'TYPE') {
      const type = this.#keyword(value, Object.fromEntries(KEY_TYPES.map((each) => [each, each])));
      key.descending = type.startsWith('D');
    }
  }

  #segment(key: OpenKey, number: number, part: string, value: string): void {
    const segment = key.segments.get(number) ?? { position: 0, size: 0 };
    key.segments.set(number, segment);
    if (part === 'P') segment.position = this.#number(value);
    else if (part === 'L') segment.size = this.#number(value);
  }

  #keyword<T>(value: string, known: Readonly<Record<string, T>>): T {
    const match = matchAbbreviation(value.trim().toUpperCase(), Object.keys(known));
    return match.kind === 'unique' ? known[match.name]! : this.#fail('UNQUAKW', value);
  }

  #truth(value: string): boolean {
    return this.#keyword(value, { YES: true, TRUE: true, NO: false, FALSE: false });
  }

  #number(value: string): number {
    return /^\d{1,5}$/.test(value.trim()) ? Number(value) : this.#fail('UNQUAKW', value);
  }

  #uic(value: string): Uic {
    const [, group, member] = /^\[?([0-7]{1,5}),([0-7]{1,6})\]?$/.exec(value.trim()) ?? [];
    if (group === undefined || member === undefined) return this.#fail('UNQUAKW', value);
    return { group: Number.parseInt(group, 8), member: Number.parseInt(member, 8) };
  }

  #fail(ident: 'UNQUAKW', value: string): never {
    throw this.#wrong(ident, value);
  }

  #wrong(ident: 'UNPRIKW' | 'UNSECKW' | 'UNQUAKW', text: string): Condition {
    return new Condition(FDL[ident], [text, this.#line]);
  }
}

/** Statements of a line: comments go, a semicolon separates. */
function statementsOf(record: string): readonly string[] {
  const [text = ''] = /^(?:"[^"]*"?|[^"!])*/.exec(record) ?? [];
  return (text.match(/(?:"[^"]*"?|[^";])+/g) ?? []).map((each) => each.trim()).filter((each) => each !== '');
}

const unquoted = (text: string): string => text.trim().replace(/^"(.*)"$/s, '$1');

function closed(key: OpenKey): KeyDefinition {
  const segments: KeySegment[] = [...key.segments]
    .sort(([one], [other]) => one - other)
    .map(([, segment]) => segment);
  if (segments.length === 0 || segments.some(({ size }) => size === 0))
    throw new Condition(FDL.NOKEYSEG, [key.number]);
  const { duplicates, changes, descending, name } = key;
  return { segments, duplicates, changes, descending, ...(name === undefined ? {} : { name }) };
}
