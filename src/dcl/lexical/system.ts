/** F$GETSYI, F$IDENTIFIER. Source: dcl.md §16.4. */

import type { ProcessContext } from '../../system/process.ts';
import { formatTime } from '../../vms-time/index.ts';
import { badKeyword, keyword, text } from './arguments.ts';
import type { LexicalFunction } from './lexical-function.ts';

export const systemLexicals: readonly LexicalFunction[] = [
  {
    name: 'F$GETSYI',
    minimum: 1,
    maximum: 3,
    evaluate: (args, { process }) => {
      const item = keyword(args, 0);
      const answer = Object.hasOwn(items, item) ? items[item] : undefined;
      if (answer === undefined) throw badKeyword(item);
      return answer(process);
    },
  },
  {
    name: 'F$IDENTIFIER',
    minimum: 2,
    maximum: 2,
    evaluate: (args, { process }) => {
      const conversion = keyword(args, 1);
      const { userName, uic } = process.account;
      const number = (uic.group << 16) | uic.member;
      if (conversion === 'NAME_TO_NUMBER') return keyword(args, 0) === userName ? number : 0;
      if (conversion === 'NUMBER_TO_NAME') return Number(text(args, 0)) === number ? userName : '';
      throw badKeyword(conversion);
    },
  },
];

/** What this system calls itself: the version procedures test against. */
const VERSION = 'V8.4';

const items: Readonly<Record<string, (process: ProcessContext) => string | number>> = {
  NODENAME: ({ nodeName }) => nodeName,
  SCSNODE: ({ nodeName }) => nodeName.padEnd(8),
  VERSION: () => VERSION.padEnd(8),
  NODE_SWVERS: () => VERSION,
  NODE_SWTYPE: () => 'VMS ',
  NODE_HWTYPE: () => 'X86 ',
  HW_NAME: () => 'vmsmail virtual node',
  HW_MODEL: () => 0,
  ARCH_NAME: () => 'x86_64',
  ARCH_TYPE: () => 4,
  BOOTTIME: ({ startedAt }) => formatTime(startedAt),
  CLUSTER_MEMBER: () => 'FALSE',
  CLUSTER_NODES: () => 1,
  CLUSTER_QUORUM: () => 1,
  CLUSTER_VOTES: () => 1,
  ACTIVECPU_CNT: () => 1,
  AVAILCPU_CNT: () => 1,
  PAGE_SIZE: () => 8192,
  NODE_AREA: () => 0,
  NODE_NUMBER: () => 0,
  NODE_CSID: () => '00000000',
  NODE_SYSTEMID: () => '000000000000',
  SCS_EXISTS: () => 'FALSE',
};
