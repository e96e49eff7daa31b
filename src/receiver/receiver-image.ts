/**
 * The image TCPIP$SMTP_RECEIVER: takes the connection behind SYS$NET and serves it. RUN by the service's command
 * procedure, once for each connection. Source: tcpip-smtp.md §1.3.
 */
import { SYSTEM, signal } from '../condition/index.ts';
import type { NetworkImage } from '../system/network-image.ts';
import { serveConnection } from './receiver.ts';
import type { ReceiverDependencies } from './session.ts';

export function createReceiverImage(dependencies: ReceiverDependencies): NetworkImage {
  return async (device, { processName, pid }) => {
    const connection = device.take();
    if (connection === undefined) return signal(SYSTEM.NOSUCHDEV);
    const { peer, flags } = device;
    await serveConnection(connection, { address: peer.address, port: peer.port }, dependencies, {
      isSecure: flags.includes('TLS'),
      isSubmission: flags.includes('SUBMISSION'),
      isLmtp: flags.includes('LMTP'),
      process: { processName, pid },
    });
    return SYSTEM.NORMAL.value;
  };
}
