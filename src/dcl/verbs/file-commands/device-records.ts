/** SYS$INPUT, SYS$PIPE, a terminal or NL: in the place of a file that is read. Source: dcl.md §10.2, §15. */
import type { RecordReader } from '../../../ports/file-system.ts';
import { deviceText, sessionDevice } from '../../../system/session-device.ts';
import { inputOf } from '../../devices.ts';
import type { CoreContext } from '../../verb.ts';

export interface DeviceRecords {
  /** As messages call it. */
  readonly name: string;
  readonly reader: RecordReader;
}

/** Undefined for anything but one device. */
export function deviceRecords(texts: readonly string[], context: CoreContext): DeviceRecords | undefined {
  const [text = ''] = texts;
  const device = texts.length === 1 ? sessionDevice(text, context.process) : undefined;
  if (device === undefined) return undefined;
  const input = inputOf(device, context.interpreter, context.level);
  return {
    name: deviceText(text),
    reader: {
      async read() {
        const read = await input.read();
        return read.kind === 'record' ? read.text : undefined;
      },
      // The stream is the session's.
      close: async () => {},
    },
  };
}
