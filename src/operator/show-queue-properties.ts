/**
 * SHOW QUEUE/MANAGERS, /FORM and /CHARACTERISTICS. A node has one queue manager, the form that everybody has, and no
 * characteristics. Source: queues.md §3, §8.1, §12.
 */
import { defineVerb } from '../command-definition/index.ts';
import { SYSTEM, signal } from '../condition/index.ts';
import { defaultForm, QUEUE_DIRECTORY, QUEUE_MANAGER_NAME } from '../queue-manager/default-form.ts';
import { JBC } from '../queue-manager/messages.ts';
import { commandOutput } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import { matchesNamePattern } from '../system/name-pattern.ts';
import type { OperatorDeps } from './deps.ts';

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
      await queueManager();
      if (!matchesNamePattern(QUEUE_MANAGER_NAME, command.value('NAME') ?? '*')) signal(JBC.NOSUCHQMGR);
      const line = `Queue manager ${QUEUE_MANAGER_NAME}, running, on ${context.process.nodeName}::`;
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
const formLine = `${defaultForm.name.padEnd(37)}${String(defaultForm.number).padStart(6)}   ${defaultForm.description}`;

export const showFormVerb = defineVerb<VerbContext>({
  name: 'SHOW QUEUE/FORM',
  summary: 'Displays forms.',
  source: 'DCL Dictionary, SHOW QUEUE/FORM',
  parameters: [{ label: 'FORM', prompt: 'Form' }],
  qualifiers: display,
  disallow,
  async routine(command, context) {
    if (!matchesNamePattern(defaultForm.name, command.value('FORM') ?? '*')) signal(JBC.NOSUCHFORM);
    await show(context, command.value('OUTPUT'), [...formHeading, formLine]);
    return SYSTEM.NORMAL.value;
  },
});

export const showCharacteristicsVerb = defineVerb<VerbContext>({
  name: 'SHOW QUEUE/CHARACTERISTICS',
  summary: 'Displays characteristics.',
  source: 'DCL Dictionary, SHOW QUEUE/CHARACTERISTICS',
  parameters: [{ label: 'CHARACTERISTIC', prompt: 'Characteristic' }],
  qualifiers: display,
  disallow,
  routine: () => signal(JBC.NOSUCHCHAR),
});

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
