/** The image TCPIP$IMAP_SERVER: takes the connection behind SYS$NET and serves it. Source: tcpip-smtp.md §1.3, §7.3. */
import { SYSTEM, signal } from '../condition/index.ts';
import type { NetworkDevices } from '../ports/network-devices.ts';
import type { Image } from '../system/image.ts';
import type { SaslPolicy } from '../system/sasl-policy.ts';
import { serveImap } from './imap-server.ts';
import { type ImapSettings, imapSettings } from './imap-settings.ts';
import type { ImapDependencies } from './session.ts';

export function createImapImage(
  dependencies: Omit<ImapDependencies, 'settings'> & { readonly saslPolicy: () => Promise<SaslPolicy> },
  devices: NetworkDevices,
): Image {
  return async ({ process }) => {
    const device = devices.find(process.logicalNames.translate('SYS$NET'));
    const connection = device?.take();
    if (device === undefined || connection === undefined) return signal(SYSTEM.NOSUCHDEV);
    const { address, port } = device.peer;
    const settings = async (): Promise<ImapSettings> => ({
      ...imapSettings(process.logicalNames),
      ...(await dependencies.saslPolicy()),
    });
    const isSecure = device.flags.includes('TLS');
    await serveImap(connection, { address, port }, { ...dependencies, settings }, { isSecure });
    return SYSTEM.NORMAL.value;
  };
}
