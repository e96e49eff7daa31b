/** Whether an answer is one that OpenVMS gives: a message of a table of messages, or a screen; never the inside of a program. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MessageDefinition } from '../../src/condition/index.ts';

const sources = join(import.meta.dirname, '../../src');

/** `JBC-NOSUCHQUE` of every facility in a file called messages.ts, and of the files beside them that define one. */
export async function knownMessages(): Promise<ReadonlySet<string>> {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      /messages\.ts$|screen-texts\.ts$|editing\.ts$|help-library\.ts$/.test(file) && !/test/.test(file),
  );
  const known = new Set<string>();
  for (const file of files) {
    const exported = (await import(pathToFileURL(join(sources, file)).href)) as Record<string, unknown>;
    for (const facility of Object.values(exported)) {
      if (typeof facility !== 'object' || facility === null) continue;
      for (const each of Object.values(facility as Record<string, Partial<MessageDefinition>>))
        if (typeof each?.ident === 'string' && typeof each.facility === 'string')
          known.add(`${each.facility}-${each.ident}`);
    }
  }
  return known;
}

/** What shows something, or says what it did. */
const screens =
  /^(TCPIP )?(SHOW|ANALYZE|SUBMIT|PRINT|SYNCHRONIZE|SET NO(HOST|MX_RECORD|SERVICE)|REMOVE MAIL|SEND MAIL|SET CONFIGURATION SMTP|REQUEST|REPLY)/;
const inside =
  /\bat \S+:\d+:\d+|[a-z]Error\b|\bE(NOENT|ACCES|ISDIR|INVAL|NAMETOOLONG|EXIST|PERM|CONNREFUSED|PIPE)\b|node:|\[object |SQLITE|CODERR|\bundefined\b|\bNaN\b/;
const message = /^[%-]([A-Z$_]+)-([A-Z])-([A-Z$_\d]+), /;
/** Whose facility is the verb that was typed; DCL's own messages have that, too. */
const facilityOfVerb = /^(OPENIN|OPENOUT|SEARCHFAIL|CREJOB|NOTSET|[A-Z]+)$/;

/** @returns what is wrong with an answer, or undefined */
export function whatIsStrange(
  line: string,
  { lines, status }: { readonly lines: readonly string[]; readonly status: number },
  known: ReadonlySet<string>,
): string | undefined {
  const isSuccess = (status & 1) === 1;
  const [first] = lines;
  if (lines.some((each) => inside.test(each))) return 'the inside of a program';
  for (const each of lines) {
    const [, facility, , ident] = message.exec(each) ?? [];
    if (facility === undefined) continue;
    if (known.has(`${facility}-${ident}`)) continue;
    if (facilityOfVerb.test(ident!) && [...known].some((one) => one.endsWith(`-${ident}`))) continue;
    return `no message of ours: ${each}`;
  }
  const isAbort = /^%SYSTEM-F-ABORT/.test(first ?? '');
  if (isAbort && !/SYNCHRONIZE/.test(line)) return 'a routine broke down';
  if (first !== undefined && !message.test(first) && !screens.test(line)) return 'neither message nor screen';
  const said = lines.map((each) => message.exec(each)?.[2]).filter((each) => each !== undefined);
  if (!isSuccess && said.length === 0 && !/SYNCHRONIZE/.test(line)) return 'it failed without a word';
  return undefined;
}
