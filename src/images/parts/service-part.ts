/** A process that serves connections: the service's command procedure in the interpreter, and the images it may RUN on SYS$NET. */

import { type Activate, createActivation } from '../../auxiliary-server/index.ts';
import { statusText } from '../../condition/index.ts';
import { createMessageCatalogue, messageText } from '../../dcl/index.ts';
import { createDclTcpipTable, type ServiceState } from '../../management/index.ts';
import type { Resolver } from '../../ports/resolver.ts';
import type { Image } from '../../system/image.ts';
import { createNetworkDevices, type NetworkDeviceTable } from '../../system/network-devices.ts';
import { type NetworkImage, onNet } from '../../system/network-image.ts';
import { createManagementDeps } from './management-deps.ts';
import type { NodeContext } from './node-context.ts';
import { createServiceProcedures } from './service-procedures.ts';

export interface ServicePartOptions {
  readonly version: string;
  /** An edited command procedure counts within this time, milliseconds. Default 0: with the next connection. */
  readonly freshMs?: number;
  readonly resolver: Resolver;
  /** Clients that are proxies. */
  readonly isProxy?: (address: string) => boolean | Promise<boolean>;
}

/** An image that serves a connection. */
export type ServiceImage = {
  /** Its file name: `TCPIP$SMTP_RECEIVER`. */
  readonly name: string;
} & (
  | { readonly image: (devices: NetworkDeviceTable) => Image }
  /** It needs nothing of its process. */
  | { readonly serve: NetworkImage }
);

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
    runProcedure: createServiceProcedures(context, {
      tables,
      images: new Map(
        images.map((each) => [each.name, 'serve' in each ? onNet(each.serve, devices) : each.image(devices)]),
      ),
      direct: new Map(images.flatMap((each) => ('serve' in each ? [[each.name, each.serve]] : []))),
      freshMs,
    }),
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
