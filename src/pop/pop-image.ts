/** The image TCPIP$POP_SERVER: takes the connection behind SYS$NET and serves it. Source: tcpip-smtp.md §1.3, §7.1. */
import { SYSTEM, signal } from '../condition/index.ts';
import type { NetworkDevices } from '../ports/network-devices.ts';
import type { Image } from '../system/image.ts';
import type { SaslPolicy } from '../system/sasl-policy.ts';
import { servePop } from './pop-server.ts';
import { type PopSettings, popSettings } from './pop-settings.ts';
import type { PopDependencies } from './session.ts';

export function createPopImage(
  dependencies: Omit<PopDependencies, 'settings'> & { readonly saslPolicy: () => Promise<SaslPolicy> },
  devices: NetworkDevices,
): Image {
  return async ({ process }) => {
    const device = devices.find(process.logicalNames.translate('SYS$NET'));
    const connection = device?.take();
    if (device === undefined || connection === undefined) return signal(SYSTEM.NOSUCHDEV);
    const { address, port } = device.peer;
    const settings = async (): Promise<PopSettings> => ({
      ...popSettings(process.logicalNames),
      ...(await dependencies.saslPolicy()),
    });
    const isSecure = device.flags.includes('TLS');
    await servePop(connection, { address, port }, { ...dependencies, settings }, { isSecure });
    return SYSTEM.NORMAL.value;
  };
}
