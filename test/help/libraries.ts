/** The help libraries as shipped, with the command tables they belong to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CommandTable,
  type HelpTopic,
  parseHelpSource,
  type TopicGroup,
  tableTopics,
} from '../../src/command-definition/index.ts';
import { coreTable, fileSelection } from '../../src/dcl/index.ts';
import { createDclMailTable } from '../../src/mail/shell/index.ts';
import { createMailTable } from '../../src/mail/shell/mail-table.ts';
import { SET_SHOW } from '../../src/mail/shell/verbs/help.ts';
import { authorizeTable } from '../../src/management/authorize/verbs/index.ts';
import { accountingTable, createDclTcpipTable, createPasswordTable } from '../../src/management/index.ts';
import { sysgenTable } from '../../src/management/sysgen/verbs.ts';
import { createTcpipTable } from '../../src/management/tcpip-table.ts';
import type { OperatorDeps } from '../../src/operator/deps.ts';
import { createQueueTable } from '../../src/operator/index.ts';

export interface ShippedLibrary {
  /** `MAILHELP.HLP` */
  readonly file: string;
  readonly path: string;
  readonly lines: readonly string[];
  readonly topics: readonly HelpTopic[];
  // biome-ignore lint/suspicious/noExplicitAny: tables of all contexts
  readonly tables: readonly CommandTable<any>[];
  readonly groups: readonly TopicGroup[];
  /** Qualifiers of the command of DCL that starts the program; its HELP explains them, too. */
  readonly startQualifiers: readonly string[];
  /** As HELP shows it. */
  readonly shown: readonly HelpTopic[];
}

export const helpDirectory = join(import.meta.dirname, '../../dcl/help');

/** What the tables are made of is not asked for. */
const unused = {} as never;

export const shippedLibraries: readonly ShippedLibrary[] = [
  library('HELPLIB.HLP', [
    coreTable,
    createDclMailTable(unused),
    createDclTcpipTable(unused),
    accountingTable,
    createPasswordTable(unused),
    createQueueTable({ ...(unused as OperatorDeps), fileSelection }),
  ]),
  library('MAILHELP.HLP', [createMailTable()], [SET_SHOW], createDclMailTable(unused).verbs[0]!.qualifiers),
  library('TCPIP$UCP_HELP.HLP', [createTcpipTable(unused, () => {})]),
  library('UAFHELP.HLP', [authorizeTable]),
  library('SYSGENHELP.HLP', [sysgenTable]),
];

function library(
  file: string,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  tables: readonly CommandTable<any>[],
  groups: readonly TopicGroup[] = [],
  startQualifiers: object = {},
): ShippedLibrary {
  const path = join(helpDirectory, file);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const topics = parseHelpSource(lines);
  return {
    ...{ file, path, lines, topics, tables, groups },
    startQualifiers: Object.keys(startQualifiers).map((name) => `/${name}`),
    shown: tableTopics(tables, groups, topics),
  };
}
