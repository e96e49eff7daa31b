/** Qualifiers of a print job that PRINT and SET ENTRY share, and what they make of it. Source: queues.md §7, §9. */
import { DCL, type ParsedCommand } from '../command-definition/index.ts';
import { Condition } from '../condition/index.ts';
import type { OneFileSettings, PrintSettings } from '../ports/batch.ts';
import { separation } from './queue-settings.ts';

const pages = { value: { keywords: { ALL: {}, ONE: {} } } } as const;
const number = { negatable: false, value: { type: '$NUMBER', required: true } } as const;

export const printQualifiers = {
  BURST: { ...pages, summary: 'two pages in front of each file, or of the first' },
  COPIES: { ...number, summary: 'each file so often' },
  FEED: { summary: 'a new page where one is full' },
  FLAG: { ...pages, summary: 'a page in front of each file, or of the first' },
  FORM: { negatable: false, value: { required: true }, summary: 'name or number of the form' },
  HEADER: { summary: 'a line with the name of the file on every page' },
  JOB_COUNT: { ...number, summary: 'the whole job so often' },
  LOWERCASE: { summary: 'kept: every printer has small letters' },
  OPERATOR: {
    value: { required: true, type: '$QUOTED_STRING' },
    summary: 'told to the operators when the job begins',
  },
  PAGES: { value: { list: true, required: true }, summary: 'the last page, or (first,last)' },
  PASSALL: { summary: 'nothing is done to the text' },
  SETUP: { value: { list: true, required: true }, summary: 'modules of the library; kept and shown' },
  SPACE: { summary: 'double-spaced' },
  TRAILER: { ...pages, summary: 'a page behind each file, or the first' },
} as const;

const MOST_COPIES = 255;
const LONGEST_OPERATOR_TEXT = 255;

type Changes = { -readonly [Field in keyof PrintSettings]?: PrintSettings[Field] };

/** What PRINT can say behind a file, for it alone. */
const ofOneFile = [
  'BURST',
  'COPIES',
  'FEED',
  'FLAG',
  'HEADER',
  'PAGES',
  'PASSALL',
  'SETUP',
  'SPACE',
  'TRAILER',
] as const;

/** As PRINT has them; SET ENTRY changes all files of a job. */
export const positionalPrintQualifiers = {
  ...printQualifiers,
  ...Object.fromEntries(
    ofOneFile.map((name) => [name, { ...printQualifiers[name], placement: 'positional' as const }]),
  ),
};

/** What stands behind the nth element of the list of files. Throws IVVALU. */
export function oneFileFields(command: ParsedCommand, element: number): OneFileSettings {
  const written = (label: string) => command.positional('FILE', element, label);
  const isOwn = (label: string): boolean => {
    const { presence, values } = written(label);
    return presence !== command.presence(label) || values.join() !== command.values(label).join();
  };
  const asked: Asked = {
    present: (label) => isOwn(label) && written(label).presence === 'present',
    negated: (label) => isOwn(label) && written(label).presence === 'negated',
    value: (label) => written(label).values[0],
    values: (label) => written(label).values,
  };
  const { form: _form, jobCount: _count, ...fields } = printFields(asked, ofOneFile);
  const isDeleted = asked.present('DELETE') ? true : asked.negated('DELETE') ? false : undefined;
  return { ...fields, ...(isDeleted === undefined ? {} : { isDeleted }) };
}

/** A command, or what stands behind one of its files. */
type Asked = Pick<ParsedCommand, 'present' | 'negated' | 'value' | 'values'>;

/** The fields that are given. @param labels  those that are looked at; default all. Throws IVVALU. */
export function printFields(given: Asked, labels?: readonly string[]): Changes {
  const isMeant = (label: string): boolean => labels === undefined || labels.includes(label);
  const command: Asked = {
    present: (label) => isMeant(label) && given.present(label),
    negated: (label) => isMeant(label) && given.negated(label),
    value: (label) => given.value(label),
    values: (label) => given.values(label),
  };
  const fields: Changes = {};
  const flag = (label: string, set: (is: boolean) => void): void => {
    if (command.present(label)) set(true);
    else if (command.negated(label)) set(false);
  };
  flag('FEED', (is) => {
    fields.feed = is;
  });
  flag('HEADER', (is) => {
    fields.header = is;
  });
  flag('LOWERCASE', (is) => {
    fields.lowercase = is;
  });
  flag('PASSALL', (is) => {
    fields.passAll = is;
  });
  flag('SPACE', (is) => {
    fields.space = is;
  });
  flag('OPERATOR', (is) => {
    fields.operatorText = is ? operatorText(command.value('OPERATOR')!) : undefined;
  });
  flag('SETUP', (is) => {
    fields.setup = is ? command.values('SETUP').map((each) => each.toUpperCase()) : [];
  });
  flag('PAGES', (is) => {
    Object.assign(
      fields,
      is ? range(command.values('PAGES')) : { firstPage: undefined, lastPage: undefined },
    );
  });
  if (command.present('FORM')) fields.form = command.value('FORM')!.toUpperCase();
  if (command.present('COPIES')) fields.copies = count(command.value('COPIES')!);
  if (command.present('JOB_COUNT')) fields.jobCount = count(command.value('JOB_COUNT')!);
  for (const each of ['burst', 'flag', 'trailer'] as const) {
    const given = separation(command, each.toUpperCase());
    if (given !== undefined) fields[each] = given;
  }
  return fields;
}

function count(text: string): number {
  if (Number(text) < 1 || Number(text) > MOST_COPIES) throw new Condition(DCL.IVVALU, [], { token: text });
  return Number(text);
}

function operatorText(text: string): string {
  if (text.length > LONGEST_OPERATOR_TEXT) throw new Condition(DCL.IVVALU, [], { token: text });
  return text;
}

/** One number is the last page; `""` for the last of two is the end. */
function range(values: readonly string[]): Changes {
  const number = (text: string): number => {
    if (!/^\d+$/.test(text) || Number(text) < 1) throw new Condition(DCL.IVVALU, [], { token: text });
    return Number(text);
  };
  if (values.length > 2) throw new Condition(DCL.IVVALU, [], { token: values.at(-1)! });
  const [first, last] = values.length === 1 ? ['1', values[0]!] : (values as [string, string]);
  return { firstPage: number(first), lastPage: last === '' ? undefined : number(last) };
}
