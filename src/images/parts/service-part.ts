/** A process that serves connections: the service's command procedure in the interpreter, and the images it may RUN on SYS$NET. */

import { type Activate, createActivation, type RunProcedure } from '../../auxiliary-server/index.ts';
import { statusText } from '../../condition/index.ts';
import {
  createDclSession,
  createMessageCatalogue,
  createQueueLexicals,
  messageText,
  ProcedureCache,
} from '../../dcl/index.ts';
import { createDclTcpipTable, type ServiceState } from '../../management/index.ts';
import type { Resolver } from '../../ports/resolver.ts';
import type { SessionInput, SessionOutput } from '../../ports/session-io.ts';
import { newAccount } from '../../system/accounts.ts';
import type { Image } from '../../system/image.ts';
import { createNetworkDevices, type NetworkDeviceTable } from '../../system/network-devices.ts';
import { createProcessContext } from '../../system/process-context.ts';
import { createManagementDeps } from './management-deps.ts';
import { nodeCatalogue } from './message-catalogue.ts';
import type { NodeContext } from './node-context.ts';

/** A network process has no terminal: nothing to read, and its log is kept only when somebody asks for it. */
const nothing: SessionInput = { isTerminal: false, read: async () => ({ kind: 'endOfFile' }) };

export interface ServicePartOptions {
  readonly version: string;
  /** An edited command procedure counts within this time, milliseconds. Default 0: with the next connection. */
  readonly freshMs?: number;
  readonly resolver: Resolver;
  /** Clients that are proxies. */
  readonly isProxy?: (address: string) => Promise<boolean>;
}

/** An image that serves a connection, by its file name: `TCPIP$SMTP_RECEIVER`. */
export type ServiceImage = (devices: NetworkDeviceTable) => readonly [name: string, image: Image];

export function createServicePart(
  context: NodeContext,
  images: readonly ServiceImage[],
  { version, freshMs = 0, resolver, isProxy }: ServicePartOptions,
): Activate {
  const devices = createNetworkDevices();
  const tables = [
    createDclTcpipTable({
      ...createManagementDeps(context, {
        queueManager: async () => context.queueManager,
        serviceStates: async () => ownSockets(devices),
        version,
        onBug: (error) => context.log.error({ err: error }, 'a verb failed'),
      }),
      resolver: async () => resolver,
    }),
  ];
  return createActivation({
    runProcedure: procedureRunner(
      context,
      tables,
      new Map(images.map((image) => image(devices))),
      new ProcedureCache({ freshMs }),
    ),
    devices,
    ...(isProxy === undefined ? {} : { isProxy }),
    opcom: context.operator,
    clock: context.clock,
    log: context.log,
    hostName: context.configuration.hostName,
    statusName,
  });
}

/** TCPIP SHOW DEVICE bgN in the procedure of a service tells who is there. tcpip-smtp.md §1.3 */
const ownSockets = (devices: NetworkDeviceTable): readonly ServiceState[] =>
  devices.list().map(({ name, serviceName, peer }) => ({
    service: serviceName,
    enabled: true,
    port: peer.localPort,
    active: 1,
    peak: 1,
    sockets: [
      {
        unit: Number(name.replace(/\D/g, '')),
        localPort: peer.localPort,
        localAddress: peer.localAddress,
        remotePort: peer.port,
        remoteAddress: peer.address,
      },
    ],
  }));

const catalogue = createMessageCatalogue();

/** tcpip-smtp.md §1.2: `Status = %LOGIN-F-NOSUCHUSER`. */
const statusName = (status: number): string =>
  catalogue(status) === undefined
    ? statusText(status)
    : messageText(status, catalogue, 'FACILITY,SEVERITY,IDENT');

/** Runs a procedure as a network process of its own, beside hundreds of others in this Node process. */
function procedureRunner(
  context: NodeContext,
  tables: readonly ReturnType<typeof createDclTcpipTable>[],
  images: ReadonlyMap<string, Image>,
  cache: ProcedureCache,
): RunProcedure {
  const lexicals = createQueueLexicals({ queueManager: async () => context.queueManager });
  return async (request) => {
    const account =
      (await context.systemStore.account(request.userName)) ??
      newAccount(request.userName, { group: 0o3655, member: 0o177776 }, { directory: '[TCPIP$SMTP]' });
    const process = await createProcessContext({
      account,
      mode: 'NETWORK',
      processName: request.processName,
      nodeName: context.configuration.nodeName,
      clock: context.clock,
      files: context.files,
      systemStore: context.systemStore,
      node: context.node,
    });
    for (const [name, value] of Object.entries(request.logicalNames))
      await process.logicalNames.define(name, [value]);
    const lines: string[] = [];
    const output: SessionOutput = {
      isTerminal: false,
      columns: 132,
      rows: 24,
      // What the procedure says of itself goes to the machine-readable log, a bounded part of it.
      writeLine(text) {
        if (lines.length < 100) lines.push(text);
      },
      writeRaw() {},
    };
    const session = createDclSession({
      process,
      tables,
      lexicals,
      images,
      input: nothing,
      output,
      signal: request.signal,
      cache,
      catalogue: nodeCatalogue,
      onBug: (error) => context.log.error({ err: error }, 'image failed'),
    });
    try {
      return await session.procedure(request.file);
    } finally {
      if (lines.length > 0)
        context.log.info({ process: request.processName, lines }, 'output of service procedure');
      await session.close();
    }
  };
}
