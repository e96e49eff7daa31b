/**
 * Files of conformance cases as text: one case for each rule of an RFC, read line by line. The format is told in
 * README.md beside this file.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Level = 'MUST' | 'SHOULD' | 'MAY';

export interface Step {
  /** Where it stands in the file, as editors count. */
  readonly line: number;
  readonly text: string;
}

export interface Case {
  /** `rfc5321 4.1.4/mail-before-hello`. */
  readonly id: string;
  /** `RFC 5321`. */
  readonly document: string;
  readonly section: string;
  readonly level: Level;
  /** The rule, in one sentence. */
  readonly rule: string;
  /** EHLO keywords that the server must offer, upper case; and what the set-up must have, lower case: `peer`, `auth`. */
  readonly needs: readonly string[];
  /** `smtp`, `submission`, `submissions`, `lmtp`. */
  readonly service: string;
  /** By the name of the other server: who is right where it does otherwise, and why. */
  readonly notes: ReadonlyMap<string, string>;
  readonly steps: readonly Step[];
}

const directory = join(import.meta.dirname, 'cases');

/** All cases, file by file. */
export const allCases = (): readonly Case[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.txt'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .flatMap((name) => parseCases(name.slice(0, -4), readFileSync(join(directory, name), 'utf8')));

/** @param name  of the file, without its type: `rfc5321`, `rfc5321-client` */
export function parseCases(name: string, text: string): readonly Case[] {
  const document = /^rfc(\d+)/.exec(name);
  if (document === null) throw new Error(`${name}: files of cases are named after their RFC`);
  const cases: Mutable<Case>[] = [];
  const inFile: string[] = [];
  const seen = new Set<string>();
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trimEnd();
    const fail = (reason: string): never => {
      throw new Error(`${name}.txt:${index + 1}: ${reason}: ${line}`);
    };
    if (line === '' || line.startsWith('!')) continue;
    const head = /^= (?:(RFC \d+) )?(\S+)\/(\S+) (MUST|SHOULD|MAY) (.+)$/.exec(line);
    if (head !== null) {
      const [, other, section, word, level, rule] = head;
      const id = `${name} ${section}/${word}`;
      if (seen.has(id)) fail('a second case of this name');
      seen.add(id);
      cases.push({
        id,
        document: other ?? `RFC ${document[1]}`,
        section: section!,
        level: level as Level,
        rule: rule!,
        needs: [...inFile],
        service: 'smtp',
        notes: new Map(),
        steps: [],
      });
      continue;
    }
    const subject = cases.at(-1);
    const needs = /^needs (.+)$/.exec(line);
    if (needs !== null) {
      // Before the first case: what all of the file need.
      const words = needs[1]!.split(' ');
      if (subject === undefined) inFile.push(...words);
      else subject.needs = [...subject.needs, ...words];
      continue;
    }
    if (subject === undefined) return fail('a line before the first case');
    const service = /^on (\S+)$/.exec(line);
    const note = /^(postfix|exim|ours): (.+)$/.exec(line);
    if (service !== null) subject.service = service[1]!;
    else if (note !== null) (subject.notes as Map<string, string>).set(note[1]!, note[2]!);
    else (subject.steps as Step[]).push({ line: index + 1, text: line });
  }
  return cases;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
