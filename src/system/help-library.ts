/**
 * Help libraries as files: those of the system in SYS$HELP, and those that HLP$LIBRARY, HLP$LIBRARY_1, … name in the process,
 * group and system tables. Source: DCL Dictionary, HELP.
 * Deviation: libraries are their source texts (.HLP); a type .HLB is taken for one.
 */
import { type HelpTopic, parseHelpSource } from '../command-definition/index.ts';
import { Condition, defineFacility, isCondition, RMS } from '../condition/index.ts';
import { parseFileSpecification } from '../file-specification/index.ts';
import type { LogicalNameTable } from './logical-names.ts';
import type { ProcessContext } from './process.ts';
import { resolveFile } from './resolve-file.ts';

/** A library with the name people call it by: `@MYLIB`. */
export interface HelpLibrary {
  readonly name: string;
  readonly topics: readonly HelpTopic[];
}

const HELP = defineFacility({
  name: 'HELP',
  number: 118,
  messages: {
    OPENIN: { number: 1, severity: 'E', text: 'error opening !AS as input', source: 'dcl.md §19.5' },
  },
});

const DEFAULTS = 'SYS$HELP:.HLP';

/** Throws HELP OPENIN with the reason. */
export async function openHelpLibrary(process: ProcessContext, text: string): Promise<HelpLibrary> {
  const source = text.replace(/\.HLB(?=;|$)/i, '.HLP');
  const specification = await resolveFile(process, source, DEFAULTS);
  try {
    const reader = await process.files.openRead(specification);
    const records: string[] = [];
    try {
      for (let record = await reader.read(); record !== undefined; record = await reader.read())
        records.push(record);
    } finally {
      await reader.close();
    }
    return { name: parseFileSpecification(specification).name, topics: parseHelpSource(records) };
  } catch (error) {
    if (!isCondition(error)) throw error;
    const shown = specification.includes(';') ? specification : `${specification};`;
    throw new Condition(HELP.OPENIN, [shown], { secondary: [error] });
  }
}

/** What SYS$HELP says beside the command tables. Without the file HELP has the tables alone. */
export async function systemHelp(process: ProcessContext, name: string): Promise<readonly HelpTopic[]> {
  try {
    return (await openHelpLibrary(process, name)).topics;
  } catch (error) {
    if (isCondition(error) && error.secondary.some(isAbsent)) return [];
    throw error;
  }
}

const absent: ReadonlySet<number> = new Set([RMS.FNF.value, RMS.DNF.value]);
const isAbsent = ({ value }: Condition): boolean => absent.has(value);

/**
 * Libraries the tables name, in the order they are searched; one that cannot be opened is passed over, as by HELP.
 * @param tables  /USERLIBRARY
 */
export async function userLibraries(
  process: ProcessContext,
  tables: readonly LogicalNameTable[],
): Promise<readonly HelpLibrary[]> {
  const libraries: HelpLibrary[] = [];
  for (const table of tables) {
    for (let number = 0; ; number += 1) {
      const name = number === 0 ? 'HLP$LIBRARY' : `HLP$LIBRARY_${number}`;
      const [value] = process.logicalNames.lookup(name, table)?.values ?? [];
      if (value === undefined) break;
      try {
        libraries.push(await openHelpLibrary(process, value));
      } catch (error) {
        if (!isCondition(error)) throw error;
      }
    }
  }
  return libraries;
}
