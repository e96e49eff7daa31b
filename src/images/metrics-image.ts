/**
 * METRICS: a process of its own that tells programs how the node is. It has no rights, and whoever asks it a thousand times a second
 * takes nothing from the mail: it asks the queue manager for numbers in memory, once a second at most.
 */

import { connectNode } from '../adapters/node/node-link/index.ts';
import { processLog } from '../adapters/node/process-log.ts';
import { systemClock } from '../adapters/node/system-clock.ts';
import { openEntryAges } from '../adapters/sqlite/queue-store/index.ts';
import { reasonOf } from '../condition/index.ts';
import { serveMetrics } from './metrics/metrics-server.ts';
import { createObserver, type NodeReport } from './metrics/observation.ts';
import { configurationFromArguments } from './node-configuration.ts';
import { nodeRoot } from './node-root.ts';
import { superviseMe } from './supervisor.ts';

const configuration = configurationFromArguments(process.argv);
const paths = nodeRoot(configuration.root);
let stop = async (_graceMs: number): Promise<void> => {};
const supervised = superviseMe((graceMs) => stop(graceMs));
try {
  const client = await connectNode(paths.socketPath, { process: 'METRICS', log: processLog('METRICS') });
  const ages = openEntryAges(paths.queueDatabase);
  const observer = createObserver({
    paths,
    now: () => systemClock.now(),
    report: async () => (await client.call('observe', {})) as NodeReport,
    oldest: () => ages.read(),
  });
  const server = await serveMetrics(observer, configuration.metricsPort ?? 0);
  stop = async () => {
    await server.close();
    ages.close();
    await client.close();
  };
  void client.closed.then(() => process.exit(1));
  supervised.ready();
} catch (error) {
  supervised.failed(reasonOf(error));
  process.exitCode = 1;
  process.disconnect?.();
}
