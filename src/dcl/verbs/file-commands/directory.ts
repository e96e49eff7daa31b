/** DIRECTORY. Source: dcl.md §13 [R8]: four columns of 20, lines end in blanks. */
import { Condition, INHIBIT_MESSAGE, RMS, SYSTEM } from '../../../condition/index.ts';
import { parseFileSpecification } from '../../../file-specification/index.ts';
import type { FileEntry } from '../../../ports/file-system.ts';
import { commandOutput } from '../../../system/command-output.ts';
import { formatTime } from '../../../vms-time/index.ts';
import type { CoreContext } from '../../verb.ts';
import { type CoreVerb, searchSpecification } from '../core-verb.ts';
import { DIRECT } from './messages.ts';

const COLUMN = 20;

interface Layout {
  readonly size: boolean;
  readonly date: boolean;
  readonly heading: boolean;
  readonly trailing: boolean;
  readonly total: boolean;
  readonly columns: number;
}

export const directoryVerb: CoreVerb = {
  name: 'DIRECTORY',
  summary: 'Lists files.',
  parameters: [{ label: 'FILE', value: { list: true, type: '$FILE' } }],
  qualifiers: {
    BRIEF: { negatable: false },
    SIZE: { value: { keywords: { ALL: {}, USED: {}, ALLOCATION: {} } } },
    DATE: { value: { keywords: { CREATED: {}, MODIFIED: {}, ALL: {} } } },
    TOTAL: { negatable: false },
    GRAND_TOTAL: { negatable: false },
    HEADING: { default: true },
    TRAILING: { default: true },
    COLUMNS: { negatable: false, value: { required: true, type: '$NUMBER' } },
    OUTPUT: { value: { type: '$FILE' } },
  },
  routine: async (command, context) => {
    const size = command.present('SIZE');
    const date = command.present('DATE');
    const layout: Layout = {
      size,
      date,
      heading: command.present('HEADING'),
      trailing: command.present('TRAILING'),
      total: command.present('TOTAL'),
      columns: size || date ? 1 : Math.min(4, Math.max(1, Number(command.value('COLUMNS') ?? 4))),
    };
    const files = command.values('FILE');
    const entries: FileEntry[] = [];
    for (const text of files.length === 0 ? [''] : files) entries.push(...(await find(text, context)));
    if (entries.length === 0) throw new Condition(DIRECT.NOFILES);
    const output = await commandOutput(context, command.value('OUTPUT'));
    try {
      for (const line of directoryLines(entries, layout)) await output.line(line);
    } finally {
      await output.close();
    }
    return SYSTEM.NORMAL.value;
  },
};

/** A directory that is missing is an error; a file that is missing is just not listed. */
async function find(text: string, context: CoreContext): Promise<readonly FileEntry[]> {
  const specification = searchSpecification(text, '*.*;*', context);
  try {
    return await context.process.files.search(specification);
  } catch (error) {
    if (!(error instanceof Condition)) throw error;
    if (error.ident === RMS.FNF.ident) return [];
    const missing = error.ident === RMS.DNF.ident ? [error.with(new Condition(SYSTEM.NOSUCHFILE))] : [error];
    throw new Condition({ ...DIRECT.OPENIN, value: error.value | INHIBIT_MESSAGE }, [specification], {
      secondary: missing,
    });
  }
}

export function directoryLines(entries: readonly FileEntry[], layout: Layout): readonly string[] {
  const lines: string[] = [];
  const directories = Map.groupBy(entries, ({ specification }) => {
    const { device, directory } = parseFileSpecification(specification);
    return device + directory;
  });
  for (const [directory, files] of directories) {
    if (layout.heading) lines.push('', `Directory ${directory}`, '');
    if (!layout.total) lines.push(...fileLines(files, layout));
    if (layout.trailing && layout.heading) lines.push('', `Total of ${count(files, layout)}.`);
  }
  if (directories.size > 1 && layout.trailing && layout.heading) {
    lines.push('', `Grand total of ${directories.size} directories, ${count(entries, layout)}.`);
  }
  return lines;
}

const blocks = ({ sizeBytes }: FileEntry): number => Math.ceil(sizeBytes / 512);

function count(files: readonly FileEntry[], { size }: Layout): string {
  const named = `${files.length} file${files.length === 1 ? '' : 's'}`;
  if (!size) return named;
  const total = files.reduce((sum, each) => sum + blocks(each), 0);
  return `${named}, ${total} block${total === 1 ? '' : 's'}`;
}

function fileLines(files: readonly FileEntry[], layout: Layout): readonly string[] {
  const names = files.map((each) => (layout.heading ? fileName(each) : each.specification));
  if (!layout.heading && !layout.size && !layout.date) return names;
  if (layout.size || layout.date)
    return files.flatMap((each, index) => dataLines(names[index]!, each, layout));
  const lines: string[] = [];
  let row = '';
  for (const name of names) {
    // A long name takes its own line.
    if (name.length >= COLUMN) {
      if (row !== '') lines.push(row);
      lines.push(name);
      row = '';
      continue;
    }
    row += name.padEnd(COLUMN);
    if (row.length < COLUMN * layout.columns) continue;
    lines.push(row);
    row = '';
  }
  return row === '' ? lines : [...lines, row];
}

function fileName({ specification }: FileEntry): string {
  const { name, type, version } = parseFileSpecification(specification);
  return `${name}${type || '.'}${version}`;
}

/** Size ends in column 31, the date follows after two blanks. */
function dataLines(name: string, entry: FileEntry, { size, date }: Layout): readonly string[] {
  const data =
    (size ? String(blocks(entry)).padStart(11) : '') + (date ? `  ${formatTime(entry.created)}` : '');
  if (name.length >= COLUMN) return [name, ''.padEnd(COLUMN) + data];
  return [name.padEnd(COLUMN) + data];
}
