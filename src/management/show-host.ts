/** SHOW HOST, SHOW VERSION. Source: tcpip-smtp.md §8.2. */

import { isIP } from 'node:net';
import { defineVerb } from '../command-definition/index.ts';
import { condition, SYSTEM } from '../condition/index.ts';
import { commandOutput, writeListing } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import { matchesNamePattern } from '../system/name-pattern.ts';
import { type ManagementDeps, notFound } from './deps.ts';
import { bindHostLines, hostLines } from './host-display.ts';
import { TCPIP } from './messages.ts';

const output = { OUTPUT: { negatable: false, value: { type: '$OUTFILE', required: true } } } as const;

export const showHostVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW HOST',
    summary: 'Displays hosts: of the local database, else as the name server knows them.',
    source: 'Management Command Reference, SHOW HOST',
    parameters: [{ label: 'HOST', prompt: 'Host' }],
    qualifiers: {
      ...output,
      LOCAL: { summary: 'of the local database alone; /NOLOCAL: ask the name server' },
    },
    async routine(command, context) {
      const pattern = command.value('HOST') ?? '*';
      const found = (await deps.hosts()).filter(
        ({ address, names }) =>
          address === pattern || names.some((name) => matchesNamePattern(name, pattern)),
      );
      const isAsked = command.negated('LOCAL') || (found.length === 0 && !command.present('LOCAL'));
      const lines = isAsked ? await bindLines(deps, pattern) : hostLines(found);
      if (!isAsked && found.length === 0) throw notFound(TCPIP.HOSTERROR);
      await writeListing(context, command.value('OUTPUT'), lines);
      return SYSTEM.NORMAL.value;
    },
  });

/** A name, or the names of an address. Procedures ask block lists so: success means that there is one. */
async function bindLines(deps: ManagementDeps, host: string): Promise<readonly string[]> {
  if (/[*%]/.test(host)) throw notFound(TCPIP.HOSTERROR);
  const resolver = await deps.resolver();
  const isAddress = isIP(host) !== 0;
  const found = isAddress ? await resolver.names(host) : await resolver.addresses(host.toLowerCase());
  if (found.kind === 'temporary') throw condition(TCPIP.HOSTERROR).with(condition(TCPIP.BIND_NOSERVERS));
  if (found.kind !== 'found') throw notFound(TCPIP.HOSTERROR);
  const records = isAddress
    ? [{ address: host, names: found.records }]
    : found.records.map((address) => ({ address, names: [host] }));
  return bindHostLines(records, await deps.nameService());
}

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
