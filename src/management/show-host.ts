/** SHOW HOST of the local database, SHOW VERSION. Source: tcpip-smtp.md §8.2. */
import { defineVerb } from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import { commandOutput } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import { matchesNamePattern } from '../system/name-pattern.ts';
import { type HostRecord, type ManagementDeps, notFound } from './deps.ts';
import { TCPIP } from './messages.ts';

const output = { OUTPUT: { negatable: false, value: { type: '$OUTFILE', required: true } } } as const;

export const showHostVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW HOST',
    summary: 'Displays hosts of the local database.',
    source: 'Management Command Reference, SHOW HOST',
    parameters: [{ label: 'HOST', prompt: 'Host' }],
    qualifiers: { ...output, LOCAL: {} },
    async routine(command, context) {
      const pattern = command.value('HOST') ?? '*';
      const found = (await deps.hosts()).filter(
        ({ address, names }) =>
          address === pattern || names.some((name) => matchesNamePattern(name, pattern)),
      );
      if (found.length === 0) throw notFound(TCPIP.HOSTERROR);
      const out = await commandOutput(context, command.value('OUTPUT'));
      try {
        for (const line of hostLines(found)) await out.line(line);
      } finally {
        await out.close();
      }
      return SYSTEM.NORMAL.value;
    },
  });

/** Exact, blanks at the ends included: procedures skip the heading by its lines. */
export const hostLines = (hosts: readonly HostRecord[]): string[] => [
  '       ',
  '     LOCAL database',
  '  ',
  'Host address    Host name',
  ' ',
  ...hosts.map(({ address, names }) => address.padEnd(16) + names.join(', ')),
];

export const showVersionVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW VERSION',
    summary: 'Displays the version of the product.',
    source: 'Management Command Reference, SHOW VERSION',
    qualifiers: output,
    async routine(command, context) {
      const out = await commandOutput(context, command.value('OUTPUT'));
      try {
        await out.line('');
        await out.line(`  vmsmail TCP/IP Services for OpenVMS x86_64 Version V${deps.version}`);
        await out.line(`  on ${deps.platform}`);
      } finally {
        await out.close();
      }
      return SYSTEM.NORMAL.value;
    },
  });
