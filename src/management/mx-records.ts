/** SET MX_RECORD, SET NOMX_RECORD, SHOW MX_RECORD: the MX database of this node, asked before DNS. Source: tcpip-smtp.md §5.5, §8.2. */
import { defineVerb } from '../command-definition/index.ts';
import { condition, SYSTEM } from '../condition/index.ts';
import { canonicalDomain } from '../mail/routing/index.ts';
import { safeText } from '../mime/safe-text.ts';
import type { MxRecord } from '../ports/resolver.ts';
import { writeListing } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import { matchesNamePattern } from '../system/name-pattern.ts';
import { changeLocalDatabase, type LocalMx, readLocalDatabases } from '../system/settings/index.ts';
import { ask } from '../system/utility-loop.ts';
import { type ManagementDeps, notFound, requirePrivilege } from './deps.ts';
import { bindHeading } from './host-display.ts';
import { TCPIP } from './messages.ts';

const destination = { label: 'DESTINATION', prompt: 'Destination' } as const;
const gateway = { negatable: false, value: { required: true } } as const;
const HIGHEST_PREFERENCE = 65_535;

export const setMxVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SET MX_RECORD',
    summary: 'Sends mail for a destination through a gateway; this node asks no name server for it then.',
    source: 'Management Command Reference, SET MX_RECORDS',
    synonyms: ['SET MX_RECORDS'],
    privilege: 'SYSPRV or BYPASS',
    parameters: [{ ...destination, required: true }],
    qualifiers: {
      GATEWAY: { ...gateway, summary: 'host that takes the mail; required' },
      PREFERENCE: {
        negatable: false,
        value: { required: true, type: '$NUMBER' },
        summary: 'the lowest is tried first; required',
      },
    },
    async routine(command, context) {
      requirePrivilege(context, TCPIP.NAMEERROR);
      const missing = ['GATEWAY', 'PREFERENCE'].find((label) => !command.present(label));
      if (missing !== undefined) throw condition(TCPIP.NAMEERROR).with(condition(TCPIP.REQQUAL, missing));
      const record: LocalMx = {
        destination: hostName(command.value('DESTINATION')!, 'DESTINATION'),
        gateway: hostName(command.value('GATEWAY')!, 'GATEWAY'),
        preference: Number(command.value('PREFERENCE')),
      };
      if (record.preference < 0 || record.preference > HIGHEST_PREFERENCE) throw invalid('PREFERENCE');
      const store = await deps.systemStore();
      await changeLocalDatabase(store, 'mx', (mx) => {
        const others = mx.filter((each) => !isSame(each, record));
        return [...others, record].sort(byDestination);
      });
      return SYSTEM.NORMAL.value;
    },
  });

const invalid = (label: string) => condition(TCPIP.NAMEERROR).with(condition(TCPIP.INVQUAL, label));

/**
 * Deviation: on OpenVMS case matters here; a destination that is never found because somebody typed a capital helps nobody.
 */
function hostName(text: string, label: string): string {
  const name = canonicalDomain(text.replace(/\.$/, ''));
  if (!/^[a-z0-9_[\]:.-]{1,255}$/.test(name)) throw invalid(label);
  return name;
}

const isSame = (one: LocalMx, other: Pick<LocalMx, 'destination' | 'gateway'>): boolean =>
  one.destination === other.destination && one.gateway === other.gateway;

const byDestination = (a: LocalMx, b: LocalMx): number =>
  a.destination.localeCompare(b.destination) || a.preference - b.preference;

export const setNoMxVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SET NOMX_RECORD',
    synonyms: ['SET NOMX_RECORDS'],
    summary: 'Removes records of the MX database of this node.',
    source: 'Management Command Reference, SET MX_RECORDS',
    privilege: 'SYSPRV or BYPASS',
    parameters: [{ ...destination, required: true }],
    qualifiers: { GATEWAY: { ...gateway, summary: 'only this gateway' } },
    async routine(command, context) {
      requirePrivilege(context, TCPIP.NAMEERROR);
      const store = await deps.systemStore();
      for (const record of selectedRecords(
        (await readLocalDatabases(store)).mx,
        command.value('DESTINATION'),
        command.value('GATEWAY'),
      )) {
        for (const line of localLines([record])) await context.output.writeLine(line);
        const answer = await ask(context, 'Remove? [N]:');
        if (answer === 'end') break;
        if (answer !== 'yes') continue;
        await changeLocalDatabase(store, 'mx', (mx) => mx.filter((each) => !isSame(each, record)));
      }
      return SYSTEM.NORMAL.value;
    },
  });

/** Throws NORECORD when there is none. */
function selectedRecords(
  mx: readonly LocalMx[],
  wanted: string | undefined,
  through: string | undefined,
): readonly LocalMx[] {
  const found = mx.filter(
    (each) =>
      (wanted === undefined || matchesNamePattern(each.destination, wanted)) &&
      (through === undefined || matchesNamePattern(each.gateway, through)),
  );
  if (found.length === 0) throw notFound(TCPIP.NAMEERROR);
  return found;
}

export const showMxVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW MX_RECORD',
    synonyms: ['SHOW MX_RECORDS'],
    summary: 'Displays where mail for a destination goes: the MX database of this node, else that of DNS.',
    source: 'Management Command Reference, SHOW MX_RECORDS',
    parameters: [destination],
    qualifiers: {
      GATEWAY: { ...gateway, summary: 'records of this gateway' },
      OUTPUT: { negatable: false, value: { type: '$OUTFILE', required: true } },
    },
    async routine(command, context) {
      const wanted = command.value('DESTINATION');
      const { mx } = await readLocalDatabases(await deps.systemStore());
      const lines = await linesFor(deps, mx, wanted, command.value('GATEWAY'));
      await writeListing(context, command.value('OUTPUT'), lines);
      return SYSTEM.NORMAL.value;
    },
  });

async function linesFor(
  deps: ManagementDeps,
  mx: readonly LocalMx[],
  wanted: string | undefined,
  through: string | undefined,
): Promise<readonly string[]> {
  const isInDatabase = mx.some(
    (each) => wanted === undefined || matchesNamePattern(each.destination, wanted),
  );
  if (wanted === undefined || /[*%]/.test(wanted) || isInDatabase) {
    return localLines(selectedRecords(mx, wanted, through));
  }
  const resolver = await deps.resolver();
  const found = await resolver.mx(canonicalDomain(wanted));
  if (found.kind === 'temporary') throw condition(TCPIP.NAMEERROR).with(condition(TCPIP.BIND_NOSERVERS));
  if (found.kind !== 'found') throw notFound(TCPIP.NAMEERROR);
  const records = found.records
    .filter(({ exchange }) => through === undefined || matchesNamePattern(exchange, through))
    .sort((a, b) => a.preference - b.preference);
  if (records.length === 0) throw notFound(TCPIP.NAMEERROR);
  const addressed = await Promise.all(
    records.map(async (record) => {
      const addresses = await resolver.addresses(record.exchange);
      return { ...record, address: addresses.kind === 'found' ? addresses.records[0]! : '' };
    }),
  );
  return bindLines(addressed, await deps.nameService());
}

const bindLines = (
  records: readonly (MxRecord & { readonly address: string })[],
  nameService: { readonly servers: readonly string[] },
): string[] => [
  ...bindHeading(`${' '.repeat(27)}BIND MX database`, nameService),
  'Gate address     Preference       Gate name',
  '',
  ...records.map(
    ({ address, preference, exchange }) =>
      `${address.padEnd(16)} ${String(preference).padStart(6)}           ${safeText(exchange)}`,
  ),
];

const WIDTH = 32;

const localLines = (records: readonly LocalMx[]): string[] => [
  '',
  `${' '.repeat(27)}LOCAL MX database`,
  '',
  `${'Destination'.padEnd(WIDTH)} Preference       Gate name`,
  '',
  ...records.map(
    ({ destination: name, preference, gateway: host }) =>
      `${name.padEnd(WIDTH)} ${String(preference).padStart(6)}           ${host}`,
  ),
];
