/** SHOW QUEUE/MANAGERS, /FORM and /CHARACTERISTICS. A node has one queue manager. Source: queues.md §3, §8.1, §12. */
import { defineVerb } from '../command-definition/index.ts';
import { isCondition, SYSTEM, signal } from '../condition/index.ts';
import type { Characteristic, Form } from '../ports/queue-definitions.ts';
import type { QueueManager } from '../ports/queue-manager.ts';
import { QUEUE_DIRECTORY, QUEUE_MANAGER_NAME } from '../queue-manager/default-form.ts';
import { JBC } from '../queue-manager/messages.ts';
import { commandOutput } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import { matchesNamePattern } from '../system/name-pattern.ts';
import type { OperatorDeps } from './deps.ts';
import { wrap } from './queue-display.ts';

const display = {
  BRIEF: { negatable: false },
  FULL: { negatable: false },
  OUTPUT: { negatable: false, value: { type: '$OUTFILE', required: true } },
} as const;
const disallow = ['BRIEF AND FULL'] as const;

export const showManagersVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW QUEUE/MANAGERS',
    summary: 'Displays the queue manager.',
    source: 'DCL Dictionary, SHOW QUEUE/MANAGERS',
    parameters: [{ label: 'NAME', prompt: 'Queue manager' }],
    qualifiers: display,
    disallow,
    async routine(command, context) {
      const state = await stateOf(await queueManager());
      if (!matchesNamePattern(QUEUE_MANAGER_NAME, command.value('NAME') ?? '*')) signal(JBC.NOSUCHQMGR);
      const line = `Queue manager ${QUEUE_MANAGER_NAME}, ${state}, on ${context.process.nodeName}::`;
      await show(context, command.value('OUTPUT'), command.present('FULL') ? fullManager(line) : [line]);
      return SYSTEM.NORMAL.value;
    },
  });

const fullManager = (line: string): string[] => [
  `Master file:  ${QUEUE_DIRECTORY}QMAN$MASTER.DAT;`,
  '',
  line,
  '  /ON=(*)',
  `  Database location:  ${QUEUE_DIRECTORY}`,
];

/** Name at 0, number ending in 42, description at 46. */
const formHeading = [
  'Form name                            Number   Description',
  '---------                            ------   -----------',
];
const formLine = ({ name, number, stock, description }: Form): string => {
  const shown = stock === name ? name : `${name} (stock=${stock})`;
  return `${shown.padEnd(37)}${String(number).padStart(6)}   ${description}`.trimEnd();
};

/** What /FULL adds, as the qualifiers of DEFINE/FORM say it; the layout is inferred. */
function formDetails({ length, width, margins, ...form }: Form, columns: number): string[] {
  const modules = (word: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`/${word}=(${names.join(',')})`];
  const words = [
    `/LENGTH=${length}`,
    `/MARGIN=(BOTTOM=${margins.bottom},LEFT=${margins.left},RIGHT=${margins.right},TOP=${margins.top})`,
    ...modules('PAGE_SETUP', form.pageSetup),
    ...modules('SETUP', form.setup),
    ...(form.sheetFeed ? ['/SHEET_FEED'] : []),
    `/STOCK=${form.stock}`,
    ...(form.truncate ? ['/TRUNCATE'] : []),
    `/WIDTH=${width}`,
    ...(form.wrap ? ['/WRAP'] : []),
  ];
  return wrap(words, columns, '    ');
}

export const showFormVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW QUEUE/FORM',
    summary: 'Displays forms.',
    source: 'DCL Dictionary, SHOW QUEUE/FORM',
    parameters: [{ label: 'FORM', prompt: 'Form' }],
    qualifiers: display,
    disallow,
    async routine(command, context) {
      const { forms } = await (await queueManager()).definitions();
      const meant = forms.filter((form) => isMeant(form, command.value('FORM')));
      if (meant.length === 0) signal(JBC.NOSUCHFORM);
      const isFull = command.present('FULL');
      const lines = meant.flatMap((form) => [
        formLine(form),
        ...(isFull ? formDetails(form, context.output.columns) : []),
      ]);
      await show(context, command.value('OUTPUT'), [...formHeading, ...lines]);
      return SYSTEM.NORMAL.value;
    },
  });

/** Two columns, as those of forms. */
const characteristicHeading = [
  'Characteristic name                  Number',
  '-------------------                  ------',
];

export const showCharacteristicsVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW QUEUE/CHARACTERISTICS',
    summary: 'Displays characteristics.',
    source: 'DCL Dictionary, SHOW QUEUE/CHARACTERISTICS',
    parameters: [{ label: 'CHARACTERISTIC', prompt: 'Characteristic' }],
    qualifiers: display,
    disallow,
    async routine(command, context) {
      const { characteristics } = await (await queueManager()).definitions();
      const meant = characteristics
        .filter((each) => isMeant(each, command.value('CHARACTERISTIC')))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      if (meant.length === 0) signal(JBC.NOSUCHCHAR);
      const lines = meant.map(({ name, number }) => name.padEnd(37) + String(number).padStart(6));
      await show(context, command.value('OUTPUT'), [...characteristicHeading, ...lines]);
      return SYSTEM.NORMAL.value;
    },
  });

/** By name or number. */
const isMeant = ({ name, number }: Characteristic, given = '*'): boolean =>
  given === String(number) || matchesNamePattern(name, given);

/** `stopped` where an operator stopped it: its process answers, and does nothing. queues.md §3 */
async function stateOf(manager: QueueManager): Promise<'running' | 'stopped'> {
  try {
    await manager.definitions();
    return 'running';
  } catch (error) {
    if (isCondition(error) && error.definition === JBC.JOBQUEDIS) return 'stopped';
    throw error;
  }
}

async function show(
  context: VerbContext,
  fileName: string | undefined,
  lines: readonly string[],
): Promise<void> {
  const output = await commandOutput(context, fileName);
  try {
    for (const line of lines) await output.line(line);
  } finally {
    await output.close();
  }
}
