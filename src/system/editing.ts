/**
 * The editor for people at this node: EDIT of DCL and of MAIL, and messages composed in it. OpenVMS calls EVE (TPU) or EDT;
 * here every name means the editor of the host. Sources: vms-mail.md §2.0.1, §2.10; DCL Dictionary, EDIT/TPU.
 */
import { Condition, condition, defineFacility, RMS, SYSTEM } from '../condition/index.ts';
import { parseFileSpecification } from '../file-specification/index.ts';
import type { RecordReader } from '../ports/file-system.ts';
import type { SessionInput } from '../ports/session-io.ts';
import {
  type EditedText,
  EditorNotStarted,
  type EditRequest,
  type TextEditor,
} from '../ports/text-editor.ts';
import type { ProcessContext } from './process.ts';

/** Numbers ours: no source at hand has them. */
export const TPU = defineFacility({
  name: 'TPU',
  number: 160,
  messages: {
    NONANSICRT: { number: 1, severity: 'E', text: 'SYS$INPUT must be supported CRT', source: 'EVE' },
    OPENIN: { number: 3, severity: 'E', text: 'error opening !AS as input', source: 'EVE' },
    EXITFAIL: { number: 2, severity: 'E', text: '!AS could not be started', source: 'own' },
  },
});

/** Flags of accounts that have no editor: from one a shell of the host can be reached, so a manager has to be able to say no. */
const KEPT_IN: ReadonlySet<string> = new Set(['CAPTIVE', 'RESTRICTED', 'DISIMAGE']);

/**
 * Calls the editor. What it cannot do is thrown as a Condition: TPU NONANSICRT where nobody sits at a terminal or the input
 * is something else, SYSTEM NOPRIV for a user whom the manager keeps in: an editor of the host would let them out.
 */
export async function edit<T>(
  { process, input }: { readonly process: ProcessContext; readonly input: Pick<SessionInput, 'isTerminal'> },
  request: EditRequest,
  take: (edited: EditedText) => Promise<T>,
): Promise<T> {
  if (process.account.flags.some((flag) => KEPT_IN.has(flag))) throw condition(SYSTEM.NOPRIV);
  const editor: TextEditor | undefined = input.isTerminal ? process.terminal?.editor : undefined;
  if (editor === undefined) throw condition(TPU.NONANSICRT);
  try {
    return await editor.edit(request, take);
  } catch (error) {
    if (error instanceof EditorNotStarted) throw condition(TPU.EXITFAIL, error.command);
    throw error;
  }
}

/** `DKA0:[JONES]A.TXT;3` → `A.TXT`: what the editor calls its file. */
function editedName(specification: string): string {
  const { name, type } = parseFileSpecification(specification);
  return `${name}${type}`;
}

/** Records of a file; none where it does not exist. Throws what opening it throws otherwise. */
export async function* recordsOrNone(process: ProcessContext, specification: string): AsyncGenerator<string> {
  let reader: RecordReader;
  try {
    reader = await process.files.openRead(specification);
  } catch (error) {
    if (error instanceof Condition && error.definition === RMS.FNF) return;
    throw error;
  }
  try {
    for (let record = await reader.read(); record !== undefined; record = await reader.read()) yield record;
  } finally {
    await reader.close();
  }
}

export interface FileEdit {
  /** Full specification. */
  readonly specification: string;
  /** Where the text goes; default: the next version of the file. */
  readonly output?: string | undefined;
  readonly isReadOnly?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Edits a file of this system: a new version when it was changed, none otherwise.
 * @returns what was written, with its number of records; undefined where nothing was
 */
export async function editFile(
  context: Parameters<typeof edit>[0],
  { specification, output, isReadOnly = false, signal }: FileEdit,
): Promise<{ readonly specification: string; readonly records: number } | undefined> {
  const { process } = context;
  return edit(
    context,
    {
      name: editedName(specification),
      text: recordsOrNone(process, specification),
      isReadOnly,
      ...(signal === undefined ? {} : { signal }),
    },
    async ({ isSaved, isChanged, lines }) => {
      // Under another name it is written as it is.
      if (!(isChanged || (isSaved && output !== undefined))) return undefined;
      const writer = await process.files.create(output ?? withoutVersion(specification));
      let records = 0;
      try {
        for await (const line of lines) {
          await writer.write(line);
          records += 1;
        }
      } finally {
        await writer.close();
      }
      return { specification: writer.specification, records };
    },
  );
}

const withoutVersion = (specification: string): string => specification.replace(/;-?\d*$/, '');
