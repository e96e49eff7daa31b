/** Images that serve the connection of a service, and are as well without a process as with one. Source: tcpip-smtp.md §1.3. */
import { SYSTEM, signal } from '../condition/index.ts';
import type { NetworkDevice, NetworkDevices } from '../ports/network-devices.ts';
import type { Image } from './image.ts';
import type { ProcessContext } from './process.ts';

/**
 * Takes the connection of the device and serves it.
 * @param process  all it may ask of its process
 */
export type NetworkImage = (
  device: NetworkDevice,
  process: Pick<ProcessContext, 'processName' | 'pid'>,
) => Promise<number>;

/** As RUN activates it: on the device that SYS$NET of its process means. Fails with NOSUCHDEV. */
export const onNet =
  (serve: NetworkImage, devices: NetworkDevices): Image =>
  async ({ process }) => {
    const device = devices.find(process.logicalNames.translate('SYS$NET'));
    return device === undefined || device.isTaken ? signal(SYSTEM.NOSUCHDEV) : serve(device, process);
  };
