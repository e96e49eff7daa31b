/** SHOW NAME_SERVICE and SHOW CONFIGURATION NAME_SERVICE: the name servers of this machine. Source: tcpip-smtp.md §8.2. */
import { defineVerb } from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import { writeListing } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import type { ManagementDeps, NameService } from './deps.ts';

const show = (
  deps: ManagementDeps,
  name: string,
  summary: string,
  lines: (nameService: NameService) => readonly string[],
) =>
  defineVerb<VerbContext>({
    name,
    summary,
    source: `Management Command Reference, ${name}`,
    qualifiers: { OUTPUT: { negatable: false, value: { type: '$OUTFILE', required: true } } },
    async routine(command, context) {
      await writeListing(context, command.value('OUTPUT'), lines(await deps.nameService()));
      return SYSTEM.NORMAL.value;
    },
  });

export const showNameServiceVerb = (deps: ManagementDeps) =>
  show(deps, 'SHOW NAME_SERVICE', 'Displays how names are looked up.', resolverLines);

export const showConfigurationNameServiceVerb = (deps: ManagementDeps) =>
  show(
    deps,
    'SHOW CONFIGURATION NAME_SERVICE',
    'Displays how names are looked up at the next start.',
    configurationLines,
  );

/** The servers one below the other, as far as there are several. */
const serverText = ({ servers }: NameService, column: number): string =>
  servers.length === 0 ? 'No values defined' : servers.join(`\n${' '.repeat(column)}`);

const resolverLines = (service: NameService): string[] =>
  [
    '',
    'BIND Resolver Parameters',
    '',
    ` Local domain: ${service.domain}`,
    '',
    ' System',
    '',
    '  State:     Started, Enabled',
    '',
    '  Transport: UDP',
    `  Domain:    ${service.domain}`,
    `  Retry:     ${service.retry}`,
    `  Timeout:   ${service.timeoutSeconds}`,
    `  Servers:   ${serverText(service, 13)}`,
    '  Path:      No values defined',
    '',
    ' Process',
    '',
    '  State:     Enabled',
    '',
    '  Transport:',
    '  Domain:',
    '  Retry:',
    '  Timeout:',
    '  Servers:',
    '  Path:',
  ].flatMap((line) => line.split('\n'));

const configurationLines = (service: NameService): string[] =>
  [
    '',
    'BIND Resolver Configuration',
    '',
    '  Transport:  UDP',
    `  Domain:     ${service.domain}`,
    `  Retry:      ${String(service.retry).padStart(4)}`,
    `  Timeout:    ${String(service.timeoutSeconds).padStart(4)}`,
    `  Servers:    ${serverText(service, 14)}`,
    '  Path:       No values defined',
  ].flatMap((line) => line.split('\n'));
