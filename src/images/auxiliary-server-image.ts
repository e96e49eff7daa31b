/** TCPIP$INETACP: listens for the enabled services and hands connections to the receivers it keeps warm. */

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createReceiverPool } from '../adapters/node/receiver-pool.ts';
import { createAuxiliaryServer } from '../auxiliary-server/index.ts';
import { reasonOf } from '../condition/index.ts';
import { withoutPorts } from './host-user.ts';
import { configurationArgument, configurationFromArguments } from './node-configuration.ts';
import { packageDirectory } from './node-root.ts';
import { openNodeProcess } from './parts/node-process.ts';
import { isRestarted, superviseMe } from './supervisor.ts';

/** How often the state of services and receivers is told to the queue manager, when it has changed. */
const REPORT_MS = 100;

const configuration = configurationFromArguments(process.argv);
let stop = async (_graceMs: number): Promise<void> => {};
const supervised = superviseMe((graceMs) => stop(graceMs));
try {
  const node = await openNodeProcess(configuration, 'TCPIP$INETACP');
  const { log, operator, systemStore, clock } = node.context;
  const pool = createReceiverPool({
    file: join(packageDirectory(), 'dist', 'smtp-receiver-image.js'),
    args: [configurationArgument(configuration)],
    ...withoutPorts(),
    // One core is for the queue manager and the symbiont. Measured on two: a second receiver adds nothing, and costs
    // half as much again of the processor for a connection.
    size: Math.max(1, availableParallelism() - 1),
    processName: 'TCPIP$SMTP',
    opcom: operator,
    log,
  });
  await pool.start();
  const server = createAuxiliaryServer({
    systemStore,
    launcher: pool,
    opcom: operator,
    clock,
    log,
    portOverrides: new Map(Object.entries(configuration.ports)),
    nodeName: configuration.nodeName,
    hostName: configuration.hostName,
  });
  // Somebody who starts the node hears of a port that is taken; after a restart the other services go on.
  await server.start({ asFarAsItGoes: isRestarted() });
  let last = '';
  const report = (): void => {
    const state = {
      services: server.states(),
      processes: pool.processes().map(({ active, ...each }) => ({ ...each, image: 'smtp-receiver' })),
    };
    const text = JSON.stringify(state);
    if (text === last) return;
    last = text;
    supervised.report(state);
  };
  report();
  setInterval(report, REPORT_MS).unref();
  node.client.handle('applyService', async (params: { name: string }) => server.apply(params.name));
  stop = async (graceMs) => {
    // The receivers end with it: they are its launcher.
    await server.stop(graceMs);
    await node.close();
  };
  void node.client.closed.then(() => process.exit(1));
  supervised.ready();
} catch (error) {
  supervised.failed(reasonOf(error));
  setTimeout(() => process.exit(1), 100);
}
