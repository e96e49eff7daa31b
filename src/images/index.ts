/** What `import 'vmsmail'` gives: a node inside your own process. */
export { type BootedNode, type BootOptions, bootNode } from './boot-node.ts';
