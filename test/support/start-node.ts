/** `node start-node.ts CONFIGURATION`: starts a node with what the host command has no word for, so that a program can watch it (strace). */
import type { NodeConfiguration } from '../../src/images/node-configuration.ts';
import { nodeRoot } from '../../src/images/node-root.ts';
import { launched } from './process-node.ts';

const configuration = JSON.parse(process.argv[2]!) as NodeConfiguration;
const { status, stderr } = await launched(nodeRoot(configuration.root), configuration);
process.stderr.write(stderr);
process.exitCode = status ?? 1;
