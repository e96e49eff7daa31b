/** The image TCPIP$IMAP_SERVER: takes the connection behind SYS$NET and serves it. Source: tcpip-smtp.md §1.3, §7.3. */
import { SYSTEM, signal } from '../condition/index.ts';
import type { NetworkDevices } from '../ports/network-devices.ts';
import type { Image } from '../system/image.ts';
import { serveImap } from './imap-server.ts';
import type { ImapDependencies } from './session.ts';

export function createImapImage(dependencies: ImapDependencies, devices: NetworkDevices): Image {
  return async ({ process }) => {
    const device = devices.find(process.logicalNames.translate('SYS$NET'));
    const connection = device?.take();
    if (device === undefined || connection === undefined) return signal(SYSTEM.NOSUCHDEV);
    const { address, port } = device.peer;
    const isSecure = device.flags.includes('TLS');
    await serveImap(connection, { address, port }, dependencies, { isSecure });
    return SYSTEM.NORMAL.value;
  };
}
