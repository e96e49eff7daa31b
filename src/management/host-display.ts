/** Hosts as SHOW HOST prints them. Source: tcpip-smtp.md §8.2. */
import { safeText } from '../mime/safe-text.ts';
import type { HostRecord } from './deps.ts';

/** Exact, blanks at the ends included: procedures skip the heading by its lines. */
export const hostLines = (hosts: readonly HostRecord[]): string[] => [
  '       ',
  '     LOCAL database',
  '  ',
  'Host address    Host name',
  ' ',
  ...hosts.map(({ address, names }) => address.padEnd(16) + names.join(', ')),
];

/** Title and server of what a name server said. */
export const bindHeading = (
  title: string,
  { servers }: { readonly servers: readonly string[] },
): string[] => [title, '', `Server:          ${servers[0] ?? 'not defined'}`, ''];

export const bindHostLines = (
  hosts: readonly HostRecord[],
  nameService: { readonly servers: readonly string[] },
): string[] => [
  ...bindHeading('      BIND database', nameService),
  'Host address              Host name',
  '',
  ...hosts.map(({ address, names }) => address.padEnd(26) + names.map(safeText).join(', ')),
];
