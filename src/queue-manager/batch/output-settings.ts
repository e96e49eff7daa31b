/** How a queue prints a job: what PRINT said, else what the queue has. Source: queues.md §4.1, §7. */
import type { OutputSettings, PrintSettings } from '../../ports/batch.ts';
import { type BatchQueue, PRINT_SYMBIONT } from './batch-queues.ts';
import type { Definitions } from './definitions.ts';

export function outputSettings(
  { name, properties }: BatchQueue,
  print: PrintSettings,
  definitions: Definitions,
): OutputSettings {
  const { defaults = {}, separate = {} } = properties;
  return {
    device: properties.device ?? name,
    processor: properties.processor ?? PRINT_SYMBIONT,
    form: definitions.form(print.form),
    feed: print.feed ?? defaults.feed ?? true,
    passAll: print.passAll ?? defaults.passAll ?? false,
    flag: print.flag ?? defaults.flag ?? 'none',
    burst: print.burst ?? defaults.burst ?? 'none',
    trailer: print.trailer ?? defaults.trailer ?? 'none',
    jobFlag: separate.flag ?? false,
    jobBurst: separate.burst ?? false,
    jobTrailer: separate.trailer ?? false,
  };
}
