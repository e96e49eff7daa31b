/** SYMBIONT_1: the process that empties the execution queues. */
import { createDnsResolver } from '../adapters/node/dns-resolver.ts';
import { giveMemoryBackWhenIdle } from '../adapters/node/idle-memory.ts';
import { reasonOf } from '../condition/index.ts';
import { configurationFromArguments } from './node-configuration.ts';
import { watchAgeLimits } from './parts/age-limits.ts';
import { cleanTexts } from './parts/clean-texts.ts';
import { currentSettings, FRESH_MS } from './parts/current-settings.ts';
import { createMailPart, DELIVERY_CACHE_MIB, openNodeMailStore } from './parts/mail-part.ts';
import { openNodeProcess } from './parts/node-process.ts';
import { createSymbiontPart } from './parts/symbiont-part.ts';
import { superviseMe } from './supervisor.ts';

const configuration = configurationFromArguments(process.argv);
let stop = async (_graceMs: number): Promise<void> => {};
const supervised = superviseMe((graceMs) => stop(graceMs));
try {
  const node = await openNodeProcess(configuration, 'SYMBIONT_1', FRESH_MS);
  const settings = await currentSettings(node.context.systemStore);
  const store = openNodeMailStore(node.context, DELIVERY_CACHE_MIB);
  const symbiont = createSymbiontPart(node.context, createMailPart(node.context, store, settings), settings, {
    resolver: createDnsResolver(),
    ...(configuration.remotePort === undefined ? {} : { remotePort: configuration.remotePort }),
  });
  const ageLimits = watchAgeLimits(store, settings, node.context);
  const stopCleaning = cleanTexts(store, node.context.clock, node.context.log);
  await symbiont.start();
  stop = async (graceMs) => {
    stopCleaning();
    await Promise.all([ageLimits.stop(), symbiont.stop({ graceMs })]);
    await store.close();
    await node.close();
  };
  // Without the queue manager there is no work and no way to report it: its successor starts a new symbiont.
  void node.client.closed.then(() => process.exit(1));
  giveMemoryBackWhenIdle({ release: () => store.releaseMemory() });
  supervised.ready();
} catch (error) {
  supervised.failed(reasonOf(error));
  process.exitCode = 1;
  process.disconnect?.();
}
