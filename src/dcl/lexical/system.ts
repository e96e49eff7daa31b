/** F$GETSYI, F$CSID, F$GETENV, F$LICENSE, F$MULTIPATH: the node, its cluster and its firmware. Source: dcl.md §16.4. */
import { Condition, SYSTEM } from '../../condition/index.ts';
import { badKeyword, keyword, truth } from './arguments.ts';
import type { LexicalContext, LexicalFunction } from './lexical-function.ts';
import { systemItems } from './system-items.ts';

/** A node by itself. */
const NO_CLUSTER_ID = '00000000';

export const systemLexicals: readonly LexicalFunction[] = [
  {
    name: 'F$GETSYI',
    minimum: 1,
    maximum: 3,
    asynchronous: true,
    evaluate: async (args, context) => {
      const item = keyword(args, 0);
      const answer = Object.hasOwn(systemItems, item) ? systemItems[item] : undefined;
      if (answer === undefined) throw badKeyword(item);
      checkNode(keyword(args, 1), keyword(args, 2), context);
      const { process } = context;
      return answer({ process, machine: await process.node.machine() });
    },
  },
  {
    name: 'F$CSID',
    minimum: 1,
    maximum: 1,
    symbolArguments: [0],
    evaluate: ([symbol], context) => nextMember(String(symbol), context),
  },
  // There is no console: nothing is set in it.
  { name: 'F$GETENV', minimum: 1, maximum: 1, evaluate: () => '' },
  {
    // Nothing here needs a licence; what is asked for by name is there.
    name: 'F$LICENSE',
    minimum: 1,
    maximum: 2,
    evaluate: (args) => truth(products.includes(keyword(args, 0))),
  },
  {
    // Disks have one path, which is no subject of this function.
    name: 'F$MULTIPATH',
    minimum: 3,
    maximum: 3,
    evaluate: (args) => {
      const item = keyword(args, 1);
      if (item !== 'MP_PATHNAME') throw badKeyword(item);
      return '';
    },
  },
];

/** What procedures ask for before they use it. */
const products = ['OPENVMS', 'TCPIP', 'UCX', 'VMS'];

/** This node, by name or by its cluster id. Throws NOSUCHNODE. */
function checkNode(node: string, csid: string, { process }: LexicalContext): void {
  const isThis = node === '' || node === process.nodeName;
  if (!isThis || !(csid === '' || Number.parseInt(csid, 16) === 0)) throw new Condition(SYSTEM.NOSUCHNODE);
}

/** The symbol is empty at first; behind the last member it is empty again. */
function nextMember(symbol: string, context: LexicalContext): string {
  const before = context.symbolValue(symbol);
  if (before !== undefined && before !== '') {
    context.setLocalSymbol(symbol, '');
    return '';
  }
  context.setLocalSymbol(symbol, NO_CLUSTER_ID);
  return NO_CLUSTER_ID;
}
