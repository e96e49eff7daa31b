/**
 * Each kind of mistake is made, in the transcripts of mistakes, with every command that can be given so: a verb or a qualifier that
 * is new has to have its line there.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type CommandTable, parseCommand } from '../../src/command-definition/index.ts';
import { coreTable, fileSelection } from '../../src/dcl/index.ts';
import { createTcpipTable } from '../../src/management/tcpip-table.ts';
import type { OperatorDeps } from '../../src/operator/deps.ts';
import { createQueueTable } from '../../src/operator/index.ts';
import type { VerbContext } from '../../src/system/image.ts';

type Verb = CommandTable<VerbContext>['verbs'][number];

const queueTable = createQueueTable({ ...({} as OperatorDeps), fileSelection });
const tcpipTable = createTcpipTable({} as Parameters<typeof createTcpipTable>[0]);

interface Typed {
  readonly verb: string;
  readonly line: string;
  readonly answer: string;
}

/** By section: what is typed there, and what it is answered. */
function sections(
  file: string,
  prompt: string,
  tables: readonly CommandTable<VerbContext>[],
): ReadonlyMap<string, readonly Typed[]> {
  const text = readFileSync(join(import.meta.dirname, '../transcripts', file), 'utf8');
  return new Map(
    text
      .split(/^# /m)
      .slice(1)
      .map((section) => [
        section.split('\n')[0]!,
        section
          .split(/^(?=\$ |TCPIP> )/m)
          .filter((each) => each.startsWith(prompt))
          .flatMap((each): Typed[] => {
            const [line, ...answer] = each.split('\n');
            const verb = verbOf(line!.slice(prompt.length), tables);
            return verb === undefined ? [] : [{ verb, line: line!, answer: answer.join('\n').trim() }];
          }),
      ]),
  );
}

/** Where the line as a whole is a mistake, that of its first words. */
function verbOf(line: string, tables: readonly CommandTable<VerbContext>[]): string | undefined {
  try {
    const result = parseCommand(line, tables);
    return result.kind === 'command' ? result.command.verb.name : undefined;
  } catch {
    const words = line.replace(/=[^ ]*/g, '').split(' ');
    const names = tables.flatMap(({ verbs }) => verbs.map(({ name }) => name));
    return names
      .filter((name) => `${words.join(' ')}/`.startsWith(name) || line.startsWith(name))
      .sort((a, b) => b.length - a.length)[0];
  }
}

const dcl = sections('dcl/operator-mistakes.txt', '$ ', [queueTable, coreTable as typeof queueTable]);
const tcpip = sections('management/operator-mistakes.txt', 'TCPIP> ', [tcpipTable]);

const expectAll = (
  typed: ReadonlyMap<string, readonly Typed[]>,
  section: string,
  verbs: readonly Verb[],
): void => {
  const there = new Set(typed.get(section)?.map(({ verb }) => verb));
  expect(verbs.map(({ name }) => name).filter((name) => !there.has(name))).toEqual([]);
};

const values = ({ parameters = [], qualifiers = {} }: Verb) => [
  ...parameters.map(({ label, value }) => ({ label, type: value?.type })),
  ...Object.entries(qualifiers).map(([label, { value }]) => ({ label, type: value?.type })),
];

it('a queue that is not there', () => {
  const named = queueTable.verbs.filter((verb) => values(verb).some(({ type }) => type === '$QUEUE'));
  expect(named.length).toBeGreaterThan(10);
  expectAll(dcl, 'A queue that is not there', named);
});

it('an entry that is not there', () => {
  const ofEntries = (table: typeof queueTable): readonly Verb[] =>
    table.verbs.filter((verb) => values(verb).some(({ label }) => label === 'ENTRY'));
  expectAll(dcl, 'An entry that is not there', ofEntries(queueTable));
  expectAll(tcpip, 'An entry, a user or a destination that is not there', ofEntries(tcpipTable));
});

it('qualifiers that contradict each other', () => {
  const contradictory = (table: typeof queueTable): readonly Verb[] =>
    table.verbs.filter(({ disallow = [] }) => disallow.length > 0);
  expectAll(dcl, 'Qualifiers that contradict each other', contradictory(queueTable));
  expectAll(tcpip, 'Qualifiers that contradict each other, or are missing', contradictory(tcpipTable));
});

it('a file that is not there', () => {
  const ofFiles = queueTable.verbs.filter((verb) => values(verb).some(({ type }) => type === '$INFILE'));
  expectAll(dcl, 'A file that is not there', ofFiles);
});

it('without privilege', () => {
  const privileged = (table: typeof queueTable): readonly Verb[] =>
    table.verbs.filter(({ privilege }) => privilege !== undefined);
  expectAll(dcl, 'Without privilege', privileged(queueTable));
  expectAll(tcpip, 'Without privilege', privileged(tcpipTable));
});

it('is each answered by a message', () => {
  const all = [...dcl, ...tcpip].filter(([title]) => !/another kind|does not run/.test(title));
  const unanswered = all.flatMap(([, typed]) => typed.filter(({ answer }) => !answer.startsWith('%')));
  // What is set up on the way, and lists that are empty.
  const meant = /^\$ SUBMIT\/HOLD POLL|^\$ SET RESTART_VALUE|SHOW CONFIGURATION ENABLE SERVICE|!@/;
  expect(unanswered.map(({ line }) => line).filter((line) => !meant.test(line))).toEqual([]);
});
