/**
 * Where the text files of SMTP stand: TCPIP$SMTP_COMMON, else SYS$SPECIFIC:[TCPIP$SMTP]; and those of another server:
 * TCPIP$IMAP_HOME. Source: tcpip-smtp.md §5.3, §5.4, §7.3.
 */
import type { LogicalNames } from '../../system/logical-names.ts';
import { expandSpecification } from '../../system/resolve-file.ts';

/**
 * The directories as the logical names are now, each once; TCPIP$SMTP_COMMON may be a search list, or not be there.
 * Throws SYSTEM TOOMANYLNAM where it leads to itself.
 */
export const smtpDirectories = (logicalNames: Names): Promise<readonly string[]> =>
  directoriesOf('TCPIP$SMTP_COMMON', 'SYS$SPECIFIC:[TCPIP$SMTP]', logicalNames);

/** The same of TCPIP$`component`_HOME. */
export const homeDirectories = (component: string, logicalNames: Names): Promise<readonly string[]> =>
  directoriesOf(`TCPIP$${component}_HOME`, `SYS$SPECIFIC:[TCPIP$${component}]`, logicalNames);

type Names = Pick<LogicalNames, 'lookup' | 'refresh'>;

async function directoriesOf(
  logicalName: string,
  specific: string,
  logicalNames: Names,
): Promise<readonly string[]> {
  await logicalNames.refresh();
  const places = logicalNames.lookup(logicalName) === undefined ? [specific] : [`${logicalName}:`, specific];
  const directories = places
    .flatMap((place) => expandSpecification(place, logicalNames))
    .map(({ device, directory }) => device + directory);
  return [...new Set(directories)];
}
