/** SET HOST and SET NOHOST: the local hosts database, which the symbiont asks last. Source: tcpip-smtp.md §5.5, §8.2. */
import { isIP } from 'node:net';
import { defineVerb } from '../command-definition/index.ts';
import { condition, SYSTEM } from '../condition/index.ts';
import type { VerbContext } from '../system/image.ts';
import { matchesNamePattern } from '../system/name-pattern.ts';
import { changeLocalDatabase, type LocalHost, readLocalDatabases } from '../system/settings/index.ts';
import { ask } from '../system/utility-loop.ts';
import { type ManagementDeps, notFound, requirePrivilege } from './deps.ts';
import { hostLines } from './host-display.ts';
import { TCPIP } from './messages.ts';

const hostParameter = { label: 'HOST', prompt: 'Host', required: true } as const;

export const setHostVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SET HOST',
    summary: 'Adds a host to the local database, or changes its aliases.',
    source: 'Management Command Reference, SET HOST',
    privilege: 'SYSPRV or BYPASS',
    parameters: [hostParameter],
    qualifiers: {
      ADDRESS: {
        negatable: false,
        value: { required: true },
        summary: 'IP address; required for a new host',
      },
      ALIAS: { negatable: false, value: { required: true, list: true }, summary: 'other names of the host' },
    },
    async routine(command, context) {
      requirePrivilege(context, TCPIP.HOSTERROR);
      const name = hostName(command.value('HOST')!);
      const aliases = command.values('ALIAS').map(hostName);
      const store = await deps.systemStore();
      await changeLocalDatabase(store, 'hosts', (hosts) => {
        const before = hosts.find(({ names }) => isSameName(names[0]!, name));
        const address = command.value('ADDRESS')?.toLowerCase() ?? before?.address;
        if (address === undefined) throw failure(condition(TCPIP.REQQUAL, 'ADDRESS'));
        if (isIP(address) === 0) throw failure(condition(TCPIP.INVQUAL, 'ADDRESS'));
        const others = hosts.filter((each) => each !== before);
        for (const each of [name, ...aliases]) checkFree(others, each);
        if (before === undefined && others.some((each) => each.address === address))
          throw failure(condition(TCPIP.DUPHOSTNAME, name));
        const known = before?.names.slice(1) ?? [];
        const added = aliases.filter((each) => !known.some((old) => isSameName(old, each)));
        const record: LocalHost = { address, names: [name, ...known, ...added] };
        return [...others, record].sort(byName);
      });
      return SYSTEM.NORMAL.value;
    },
  });

const failure = (cause: ReturnType<typeof condition>) => condition(TCPIP.HOSTERROR).with(cause);
const isSameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
const byName = (a: LocalHost, b: LocalHost): number => a.names[0]!.localeCompare(b.names[0]!);

function hostName(text: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/.test(text)) throw failure(condition(TCPIP.INVHOST, text));
  return text;
}

function checkFree(others: readonly LocalHost[], name: string): void {
  for (const { names } of others) {
    if (isSameName(names[0]!, name)) throw failure(condition(TCPIP.DUPHOSTNAME, name));
    if (names.some((each) => isSameName(each, name))) throw failure(condition(TCPIP.ALIAS));
  }
}

export const setNoHostVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SET NOHOST',
    summary: 'Removes hosts from the local database.',
    source: 'Management Command Reference, SET HOST',
    privilege: 'SYSPRV or BYPASS',
    parameters: [hostParameter],
    async routine(command, context) {
      requirePrivilege(context, TCPIP.HOSTERROR);
      const store = await deps.systemStore();
      const pattern = command.value('HOST')!;
      const found = (await readLocalDatabases(store)).hosts.filter(
        ({ address, names }) =>
          address === pattern || names.some((each) => matchesNamePattern(each, pattern)),
      );
      if (found.length === 0) throw notFound(TCPIP.HOSTERROR);
      for (const host of found) {
        for (const line of hostLines([host])) await context.output.writeLine(line);
        const answer = await ask(context, 'Remove? [N]:');
        if (answer === 'end') break;
        if (answer !== 'yes') continue;
        await changeLocalDatabase(store, 'hosts', (hosts) =>
          hosts.filter(({ names }) => names[0] !== host.names[0]),
        );
      }
      return SYSTEM.NORMAL.value;
    },
  });
