/** TCPIP$INETACP: listens for the enabled services and hands connections to the processes that serve them. */

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { giveMemoryBackWhenIdle } from '../adapters/node/idle-memory.ts';
import { createReceiverPool, type ReceiverPool } from '../adapters/node/receiver-pool.ts';
import { createAuxiliaryServer } from '../auxiliary-server/index.ts';
import { reasonOf } from '../condition/index.ts';
import { withoutPorts } from './host-user.ts';
import { configurationArgument, configurationFromArguments } from './node-configuration.ts';
import { packageDirectory } from './node-root.ts';
import { openNodeProcess } from './parts/node-process.ts';
import { launcherByService } from './parts/service-launchers.ts';
import { isRestarted, superviseMe } from './supervisor.ts';

const reported = (pool: ReceiverPool, image: string) =>
  pool.processes().map(({ active, ...each }) => ({ ...each, image }));

/** How often the state of services and receivers is told to the queue manager, when it has changed. */
const REPORT_MS = 100;

const configuration = configurationFromArguments(process.argv);
let stop = async (_graceMs: number): Promise<void> => {};
const supervised = superviseMe((graceMs) => stop(graceMs));
try {
  const node = await openNodeProcess(configuration, 'TCPIP$INETACP');
  const { log, operator, systemStore, clock } = node.context;
  const common = { args: [configurationArgument(configuration)], ...withoutPorts(), opcom: operator, log };
  const imageFile = (name: string): string => join(packageDirectory(), 'dist', `${name}.js`);
  const receivers = createReceiverPool({
    ...common,
    file: imageFile('smtp-receiver-image'),
    // One core is for the queue manager and the symbiont. Measured on two: a second receiver adds nothing, and costs
    // half as much again of the processor for a connection.
    size: Math.max(1, availableParallelism() - 1),
    processName: 'TCPIP$SMTP',
  });
  await receivers.start();
  /** One process for all connections, started by the first. */
  const onDemand = (image: string, processName: string): ReceiverPool =>
    createReceiverPool({
      ...common,
      file: imageFile(`${image}-image`),
      size: 1,
      onDemand: true,
      processName,
    });
  const popServer = onDemand('pop-server', 'TCPIP$POP');
  const imapServer = onDemand('imap-server', 'TCPIP$IMAP');
  const server = createAuxiliaryServer({
    systemStore,
    launcher: launcherByService(
      new Map([
        ['TCPIP$POP', popServer],
        ['TCPIP$IMAP', imapServer],
      ]),
      receivers,
    ),
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
      processes: [
        ...reported(receivers, 'smtp-receiver'),
        ...reported(popServer, 'pop-server'),
        ...reported(imapServer, 'imap-server'),
      ],
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
  giveMemoryBackWhenIdle();
  supervised.ready();
} catch (error) {
  supervised.failed(reasonOf(error));
  setTimeout(() => process.exit(1), 100);
}
