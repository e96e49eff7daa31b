/**
 * SET COMMAND: adds the verbs of command definition files to those of the process, or takes verbs away. What a verb executes
 * is an image of ours or, beyond OpenVMS, a command procedure. Source: OpenVMS Command Definition Utility; dcl.md §6.
 */
import {
  CDU,
  type CldAction,
  cldVerbs,
  parseCld,
  type VerbDefinition,
} from '../../command-definition/index.ts';
import { Condition, SYSTEM } from '../../condition/index.ts';
import type { VerbContext } from '../../system/image.ts';
import { resolveFile } from '../../system/resolve-file.ts';
import { userVerbRoutine } from '../user-verb.ts';
import type { CoreContext } from '../verb.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { CoreVerb } from './core-verb.ts';

export const setCommandVerb: CoreVerb = {
  name: 'SET COMMAND',
  summary: 'Adds verbs of command definition files (.CLD), or takes verbs away.',
  help: `An IMAGE of a definition is one of this system's, or a command procedure (type .COM), which then
gets the parameters of the command as P1 to P8, and for each qualifier a local symbol CLI$name:
its value, TRUE without one, FALSE after /NO, and empty when it is absent.`,
  parameters: [{ label: 'FILE', value: { type: '$FILE', list: true } }],
  qualifiers: {
    DELETE: { negatable: false, value: { required: true, list: true }, summary: 'Verbs to take away' },
    REPLACE: { default: true, summary: 'Replaces verbs that have the same name' },
  },
  routine: async (command, context) => {
    const { interpreter } = context;
    const gone = command.values('DELETE');
    for (const verb of gone) interpreter.vocabulary.verb(verb);
    let vocabulary = gone.length === 0 ? interpreter.vocabulary : interpreter.vocabulary.withoutVerbs(gone);
    for (const file of command.values('FILE')) {
      const verbs = await readVerbs(file, vocabulary, context);
      vocabulary = vocabulary.withVerbs(command.negated('REPLACE') ? verbs.filter(isNew(vocabulary)) : verbs);
    }
    interpreter.vocabulary = vocabulary;
    return SYSTEM.NORMAL.value;
  },
};

const isNew =
  (vocabulary: Vocabulary) =>
  ({ name }: VerbDefinition<VerbContext>): boolean =>
    !vocabulary.has(name);

/** Throws CDU OPENIN, SYNTAX, UNDEFINED, DUPLICATE, NOVERBS. */
async function readVerbs(
  file: string,
  vocabulary: Vocabulary,
  { process }: CoreContext,
): Promise<readonly VerbDefinition<VerbContext>[]> {
  const specification = await resolveFile(process, file, '.CLD');
  const module = parseCld(await readRecords(specification, process));
  const verbs = cldVerbs<CoreContext>(module, {
    routine: (action, definition) => userVerbRoutine(action, definition, routineOf(action, vocabulary)),
  });
  if (verbs.length === 0) throw new Condition(CDU.NOVERBS, [specification]);
  return verbs as unknown as readonly VerbDefinition<VerbContext>[];
}

/** `CLIROUTINE SHOW_SYMBOL`: the routine of that verb, which asks for its own labels. */
function routineOf(action: CldAction, { tables }: Vocabulary): CoreVerb['routine'] {
  if (action.kind === 'image') return undefined;
  const name = action.name.toUpperCase().replaceAll('_', ' ');
  const verb = tables.flatMap((each) => each.verbs).find((each) => each.name === name);
  if (verb?.routine === undefined) throw CDU.undefined('routine', action.name, 0);
  return verb.routine as CoreVerb['routine'];
}

async function readRecords(
  specification: string,
  { files }: CoreContext['process'],
): Promise<readonly string[]> {
  const records: string[] = [];
  try {
    const reader = await files.openRead(specification);
    try {
      for (let record = await reader.read(); record !== undefined; record = await reader.read()) {
        records.push(record);
        if (records.length > LONGEST_FILE) throw CDU.syntax(records.length, record);
      }
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (!(error instanceof Condition) || error.definition.facility === 'CDU') throw error;
    throw new Condition(CDU.OPENIN, [specification], { secondary: [error] });
  }
  return records;
}

const LONGEST_FILE = 50_000;
