/** SHOW DKIM: which domains sign, and with what. The host command `vmsmail dkim` makes the keys. Ours. */
import { defineVerb } from '../command-definition/index.ts';
import { condition, SYSTEM } from '../condition/index.ts';
import { writeListing } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import { matchesNamePattern } from '../system/name-pattern.ts';
import { type DkimKey, dkimKeyState, dkimKeys } from '../system/settings/index.ts';
import { formatTime } from '../vms-time/index.ts';
import type { ManagementDeps } from './deps.ts';
import { TCPIP } from './messages.ts';

export const showDkimVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW DKIM',
    summary: 'Displays the keys that sign mail for other hosts, by domain (ours). vmsmail dkim makes them.',
    source: 'own',
    parameters: [{ label: 'DOMAIN', required: false }],
    qualifiers: { OUTPUT: { negatable: false, value: { type: '$OUTFILE', required: true } } },
    async routine(command, context) {
      const wanted = command.value('DOMAIN')?.toLowerCase();
      const keys = dkimKeys(await (await deps.systemStore()).settings());
      const found = keys.filter(({ domain }) => wanted === undefined || matchesNamePattern(domain, wanted));
      if (found.length === 0) throw condition(TCPIP.CONFIGERROR).with(condition(TCPIP.NORECORD));
      const now = context.process.clock.now();
      await writeListing(context, command.value('OUTPUT'), listing(found, keys, now));
      return SYSTEM.NORMAL.value;
    },
  });

const listing = (found: readonly DkimKey[], keys: readonly DkimKey[], now: number): string[] => [
  '',
  'Domain                   Selector           Algorithm  State       Signs from',
  '',
  ...found.map((key) =>
    [
      key.domain.padEnd(24),
      key.selector.padEnd(18),
      key.algorithm.toUpperCase().padEnd(10),
      dkimKeyState(key, keys, now).toUpperCase().padEnd(11),
      formatTime(key.activeFrom),
    ].join(' '),
  ),
  '',
];
