/**
 * RECALL: a command entered before comes back to the prompt, to be changed and entered again.
 * Source: dcl.md §14; DCL Dictionary, RECALL. RECALL itself is not kept.
 */
import { DCL } from '../../../command-definition/index.ts';
import { Condition } from '../../../condition/index.ts';
import type { CoreContext } from '../../verb.ts';
import { type CoreVerb, NORMAL } from '../core-verb.ts';

export const recallVerbs: readonly CoreVerb[] = [
  {
    name: 'RECALL',
    summary: 'Brings back a command: by its number, or by how it begins. /ALL lists them.',
    parameters: [{ label: 'COMMAND', value: { type: '$REST_OF_LINE' } }],
    qualifiers: { ALL: { negatable: false }, ERASE: { negatable: false } },
    disallow: ['ALL AND ERASE'],
    routine: async (command, context) => {
      const list = context.process.terminal?.recallList('DCL');
      // In a procedure it is not the last line that was typed.
      if (/^\s*\$?\s*REC/i.test(list?.lines[0] ?? '')) list?.forgetLast();
      if (command.present('ERASE')) list?.erase();
      else if (command.present('ALL')) await showAll(list?.lines ?? [], context);
      else context.interpreter.recalled = wanted(list?.lines ?? [], command.value('COMMAND') ?? '1');
      return NORMAL;
    },
  },
];

/** The newest is number 1. */
async function showAll(lines: readonly string[], { output }: CoreContext): Promise<void> {
  for (const [index, line] of lines.entries())
    await output.writeLine(`${String(index + 1).padStart(3)} ${line}`);
}

/** Throws CMDNOTFND. */
function wanted(lines: readonly string[], text: string): string {
  const plain = text.replace(/^"(.*)"$/s, '$1');
  const found = /^\d+$/.test(plain)
    ? lines[Number(plain) - 1]
    : lines.find((each) => each.trimStart().toUpperCase().startsWith(plain.toUpperCase()));
  if (found === undefined) throw new Condition(DCL.CMDNOTFND);
  return found;
}
