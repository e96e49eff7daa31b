/**
 * The image TCPIP$SMTP_RECEIVER: takes the connection behind SYS$NET and serves it. RUN by the service's command
 * procedure, once for each connection. Source: tcpip-smtp.md §1.3.
 */
import { SYSTEM, signal } from '../condition/index.ts';
import type { NetworkDevices } from '../ports/network-devices.ts';
import type { Image } from '../system/image.ts';
import { serveConnection } from './receiver.ts';
import type { ReceiverDependencies } from './session.ts';

export function createReceiverImage(dependencies: ReceiverDependencies, devices: NetworkDevices): Image {
  return async ({ process }) => {
    const device = devices.find(process.logicalNames.translate('SYS$NET'));
    const connection = device?.take();
    if (device === undefined || connection === undefined) return signal(SYSTEM.NOSUCHDEV);
    const { peer, flags } = device;
    await serveConnection(connection, { address: peer.address, port: peer.port }, dependencies, {
      isSecure: flags.includes('TLS'),
      isSubmission: flags.includes('SUBMISSION'),
      isLmtp: flags.includes('LMTP'),
      process: { processName: process.processName, pid: process.pid },
    });
    return SYSTEM.NORMAL.value;
  };
}
