import { expect, it } from 'vitest';
import type { ReadOptions, ReadResult, SessionInput } from '../ports/session-io.ts';
import type { CommandTable } from './definition.ts';
import { parseWithPrompts } from './parse-with-prompts.ts';

const table: CommandTable = {
  name: 'TEST',
  verbs: [
    {
      name: 'COPY',
      summary: '',
      parameters: [
        { label: 'FROM', required: true },
        { label: 'TO', required: true },
      ],
    },
  ],
};

function answers(...texts: string[]): SessionInput & { readonly prompts: string[] } {
  const prompts: string[] = [];
  return {
    isTerminal: false,
    prompts,
    read: async (options?: ReadOptions): Promise<ReadResult> => {
      prompts.push(options?.prompt ?? '');
      const text = texts.shift();
      return text === undefined ? { kind: 'endOfFile' } : { kind: 'record', text };
    },
  };
}

it('is refused when the input ends first', async () => {
  await expect(parseWithPrompts('COPY', table, answers('A'))).rejects.toThrow(
    '%DCL-W-INSFPRM, missing command parameters - supply all required parameters',
  );
});

it('asks until everything is there', async () => {
  const input = answers('A', '', 'B');
  const command = await parseWithPrompts('COPY', table, input);
  expect([command.value('FROM'), command.value('TO')]).toEqual(['A', 'B']);
  expect(input.prompts).toEqual(['_From: ', '_To: ', '_To: ']);
});
