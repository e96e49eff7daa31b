/** A process that serves connections: the service's command procedure in the interpreter, and the receiver it RUNs. */

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
import { createMessageVerifier } from '../../message-authentication/index.ts';
import type { Resolver } from '../../ports/resolver.ts';
import type { ServerTls } from '../../ports/server-tls.ts';
import type { SessionInput, SessionOutput } from '../../ports/session-io.ts';
import { createReceiverImage, PolicyEvents, type RefusalCounter } from '../../receiver/index.ts';
import { newAccount } from '../../system/accounts.ts';
import type { Image } from '../../system/image.ts';
import { createNetworkDevices, type NetworkDeviceTable } from '../../system/network-devices.ts';
import { Outage } from '../../system/outage.ts';
import { createProcessContext } from '../../system/process-context.ts';
import type { CurrentSettings } from './current-settings.ts';
import type { MailPart } from './mail-part.ts';
import { createManagementDeps } from './management-deps.ts';
import { nodeCatalogue } from './message-catalogue.ts';
import { type NodeContext, versionInfo } from './node-context.ts';
import { createReceiverSettings } from './receiver-settings.ts';

/** A network process has no terminal: nothing to read, and its log is kept only when somebody asks for it. */
const nothing: SessionInput = { isTerminal: false, read: async () => ({ kind: 'endOfFile' }) };

export interface ReceiverPartOptions {
  /** Aborted when the process is to end: sessions then end at a quiet moment. */
  readonly stopping?: AbortSignal;
  /** An edited command procedure counts within this time, milliseconds. Default 0: with the next connection. */
  readonly freshMs?: number;
  readonly resolver: Resolver;
  readonly tls: ServerTls;
  /** Counts what clients were refused. */
  readonly refusals?: RefusalCounter;
}

export function createReceiverPart(
  context: NodeContext,
  mail: MailPart,
  settings: CurrentSettings,
  version: string,
  { stopping, freshMs = 0, resolver, tls, refusals }: ReceiverPartOptions,
): Activate {
  const devices = createNetworkDevices();
  const receiverSettings = createReceiverSettings(resolver, context.clock);
  const receiver = createReceiverImage(
    {
      queueManager: context.queueManager,
      spool: context.spool,
      recipients: mail.recipients,
      clock: context.clock,
      log: context.log,
      storage: new Outage(context, { begins: 'mail cannot be stored', ends: 'mail can be stored again' }),
      hostName: context.configuration.hostName,
      versionInfo: versionInfo(version),
      settings: async () => receiverSettings(await settings.refresh()),
      resolver,
      tls,
      verifier: createMessageVerifier({
        resolver,
        clock: context.clock,
        authservId: context.configuration.hostName,
      }),
      events: new PolicyEvents(context.clock, context.operator),
      ...(refusals === undefined ? {} : { refusals }),
      ...(stopping === undefined ? {} : { stopping }),
    },
    devices,
  );
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
      new Map([['TCPIP$SMTP_RECEIVER', receiver]]),
      new ProcedureCache({ freshMs }),
    ),
    devices,
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
