/** Every command for queues, with every qualifier it has, is typed in some transcript that is played. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type ParsedCommand, parseCommand } from '../../src/command-definition/index.ts';
import { coreTable, fileSelection } from '../../src/dcl/index.ts';
import type { OperatorDeps } from '../../src/operator/deps.ts';
import { createQueueTable } from '../../src/operator/index.ts';

const queueTable = createQueueTable({ ...({} as OperatorDeps), fileSelection });
const queueCommands = /QUEUE|ENTRY|FORM|CHARACTERISTIC|^(PRINT|SUBMIT|SYNCHRONIZE)$|RESTART_VALUE/;
const verbs = queueTable.verbs.filter(({ name }) => queueCommands.test(name));
const folders = join(import.meta.dirname, '../transcripts');

/** What transcripts type at `$`, as the command engine reads it. */
const typed: readonly ParsedCommand[] = readdirSync(folders, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\/[\w-]+\.txt$/.test(file))
  .flatMap((file) => readFileSync(join(folders, file), 'utf8').split('\n'))
  .flatMap((line) => {
    const text = /^\$ (.*)$/.exec(line)?.[1];
    const command = text === undefined ? undefined : parsed(text);
    return command === undefined ? [] : [command];
  });

/** undefined: a mistake on purpose, or a command of another kind. */
function parsed(line: string): ParsedCommand | undefined {
  try {
    const result = parseCommand(line, [queueTable, coreTable]);
    return result.kind === 'command' ? result.command : undefined;
  } catch {
    return undefined;
  }
}

const commandsOf = (name: string): readonly ParsedCommand[] => typed.filter(({ verb }) => verb.name === name);

it('knows the commands', () => {
  expect(verbs.length).toBeGreaterThan(20);
  expect(verbs.map(({ name }) => name)).toEqual(expect.arrayContaining(['PRINT', 'STOP/QUEUE', 'SET ENTRY']));
});

it.each(verbs.map(({ name }) => name))('%s is typed', (name) => {
  expect(commandsOf(name)).not.toEqual([]);
});

it.each(verbs.map((verb) => [verb.name, verb] as const))('%s: every qualifier is typed', (name, verb) => {
  const commands = commandsOf(name);
  const missing = Object.entries(verb.qualifiers ?? {}).flatMap(([word, { label = word, negatable }]) => {
    const given = commands.map((command) => command.presence(label));
    return given.includes('present') || (negatable !== false && given.includes('negated'))
      ? []
      : [`/${word}`];
  });
  expect(missing).toEqual([]);
});
