/** Where the text files of SMTP stand: TCPIP$SMTP_COMMON, else SYS$SPECIFIC:[TCPIP$SMTP]. Source: tcpip-smtp.md §5.3, §5.4. */
import type { LogicalNames } from '../../system/logical-names.ts';
import { expandSpecification } from '../../system/resolve-file.ts';

const COMMON = 'TCPIP$SMTP_COMMON';
const SPECIFIC = 'SYS$SPECIFIC:[TCPIP$SMTP]';

/**
 * The directories as the logical names are now, each once; TCPIP$SMTP_COMMON may be a search list, or not be there.
 * Throws SYSTEM TOOMANYLNAM where it leads to itself.
 */
export async function smtpDirectories(
  logicalNames: Pick<LogicalNames, 'lookup' | 'refresh'>,
): Promise<readonly string[]> {
  await logicalNames.refresh();
  const places = logicalNames.lookup(COMMON) === undefined ? [SPECIFIC] : [`${COMMON}:`, SPECIFIC];
  const directories = places
    .flatMap((place) => expandSpecification(place, logicalNames))
    .map(({ device, directory }) => device + directory);
  return [...new Set(directories)];
}
