/** SET DEFAULT and SHOW DEFAULT. Source: dcl.md §14; DCL Dictionary. */
import { DCL } from '../../../command-definition/index.ts';
import { Condition } from '../../../condition/index.ts';
import {
  type FileSpecification,
  formatFileSpecification,
  hasWildcard,
} from '../../../file-specification/index.ts';
import type { ProcessContext } from '../../../system/process.ts';
import { completedBy, defaultPlaces, expandSpecification } from '../../../system/resolve-file.ts';
import { type CoreVerb, NORMAL } from '../core-verb.ts';

export const defaultVerbs: readonly CoreVerb[] = [
  {
    name: 'SET DEFAULT',
    summary: 'Changes the default device and directory.',
    parameters: [{ label: 'DIRECTORY', value: { type: '$FILE' } }],
    routine: (command, { process }) => {
      const text = command.value('DIRECTORY');
      if (text !== undefined) setDefault(text, process);
      return NORMAL;
    },
  },
  {
    name: 'SHOW DEFAULT',
    summary: 'Shows the default device and directory.',
    routine: async (_command, { process, output, interpreter }) => {
      const { defaultDirectory, defaultList } = process;
      await output.writeLine(`  ${defaultList?.name ?? defaultDirectory}`);
      for (const place of defaultList?.places ?? []) await output.writeLine(`  =   ${place}`);
      if (!(await exists(process)))
        await interpreter.display(
          new Condition({ ...DCL.INVDEF, text: '!AS does not exist' }, [defaultDirectory]),
        );
      return NORMAL;
    },
  },
];

/** It need not exist. Throws DIRECT for what names no directory. */
function setDefault(text: string, process: ProcessContext): void {
  const places = placesOf(text, process);
  const names = places.map(({ device, directory }) => device + directory);
  const said = /^[\w$-]+:?$/.test(text.trim())
    ? `${text.trim().replace(/:$/, '').toUpperCase()}:`
    : text.toUpperCase();
  const { directory } = defaultPlaces(process)[0]!;
  process.defaultList =
    names.length < 2 ? undefined : { name: said.includes('[') ? said : said + directory, places: names };
  process.defaultDirectory = names[0]!;
}

function placesOf(text: string, process: ProcessContext): readonly FileSpecification[] {
  const bases = defaultPlaces(process);
  try {
    const places = expandSpecification(text, process.logicalNames).flatMap((each) =>
      completedBy(each, bases),
    );
    const isDirectory = (each: FileSpecification): boolean =>
      each.name + each.type + each.version === '' && !hasWildcard(each) && each.node === '';
    if (places.length > 0 && places.every(isDirectory)) return places;
  } catch (error) {
    if (!(error instanceof Condition)) throw error;
  }
  throw new Condition(DCL.DIRECT, [], { token: text.toUpperCase() });
}

async function exists(process: ProcessContext): Promise<boolean> {
  for (const place of defaultPlaces(process)) {
    try {
      if (await process.files.directoryExists(formatFileSpecification(place))) return true;
    } catch (error) {
      // No such device.
      if (!(error instanceof Condition)) throw error;
    }
  }
  return false;
}
