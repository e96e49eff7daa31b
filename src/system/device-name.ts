/** Names of devices, with and without what tells them from logical names. Source: DCL Dictionary, SHOW TERMINAL; dcl.md §11.2. */

/** `FTA12`, from whatever it is written as: `_FTA12:`, `fta12:`. */
export const bareName = (device: string): string => device.toUpperCase().replace(/^_+/, '').replace(/:$/, '');

/** `_FTA12:`, as the system writes it: no logical name is meant. */
export const physicalName = (device: string): string => `_${bareName(device)}:`;
