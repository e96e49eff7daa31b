/** TCPIP$SMTP_n: a warm process that serves many connections at a time, each with a run of its command procedure. */

import { processIdentification } from '../adapters/node/accounting-file.ts';
import { createDnsResolver } from '../adapters/node/dns-resolver.ts';
import { giveMemoryBackWhenIdle } from '../adapters/node/idle-memory.ts';
import { serveReceiverProcess } from '../adapters/node/receiver-process.ts';
import { systemClock } from '../adapters/node/system-clock.ts';
import { createServerTls } from '../adapters/node/tls/server-tls.ts';
import { createAccessRules } from '../auxiliary-server/index.ts';
import { reasonOf } from '../condition/index.ts';
import { AccountingBuffer, ClientRates, Crowd, RefusalCounter } from '../receiver/index.ts';
import { configurationFromArguments } from './node-configuration.ts';
import { packageVersion } from './package-version.ts';
import { currentSettings, FRESH_MS } from './parts/current-settings.ts';
import { createMailPart, openNodeMailStore } from './parts/mail-part.ts';
import { type NodeProcess, openNodeProcess } from './parts/node-process.ts';
import { proxyClients } from './parts/proxy-clients.ts';
import { createReceiverPart } from './parts/receiver-part.ts';
import { createServicePart } from './parts/service-part.ts';
import { linkedTlsMaterial } from './parts/tls-material-link.ts';

const REFUSALS_MS = 1_000;
/** Messages of a busy receiver share a commit; nobody notices so short a time. */
const GATHER_MS = 2;

const configuration = configurationFromArguments(process.argv);
let node: NodeProcess | undefined;
let activate: ReturnType<typeof createServicePart> | undefined;
// Ctrl/C at the terminal reaches the whole group: the node decides what ends.
process.on('SIGINT', () => {});
const refusals = new RefusalCounter();
const rates = new ClientRates(systemClock, { tells: true });
const crowd = new Crowd();
const accounting = new AccountingBuffer(processIdentification());
/**
 * What it counted and noted goes to the queue manager's process, which is asked for the metrics of the node, and keeps
 * the accounting file.
 */
const tellRefusals = (): void => {
  const counts = refusals.take();
  if (counts !== undefined) node?.client.notify('refusals', counts);
  const records = accounting.take();
  if (records.length > 0) node?.client.notify('accounting', records);
  const counted = rates.take();
  if (counted !== undefined) receiver.share(counted);
};
const receiver = serveReceiverProcess(
  (service, connection, peer) => activate!(service, connection, peer),
  async () => {
    tellRefusals();
    await node?.close();
  },
  {
    onShared: (counts) => rates.merge(counts),
    rules: (service) => createAccessRules(service).allows,
    makeRoom: () => crowd.makeRoom(),
  },
);
try {
  node = await openNodeProcess(configuration, 'TCPIP$SMTP', FRESH_MS, GATHER_MS);
  const settings = await currentSettings(node.context.systemStore);
  const store = openNodeMailStore(node.context);
  const mail = createMailPart(node.context, store, settings, FRESH_MS);
  const resolver = createDnsResolver();
  const version = packageVersion();
  const receiverPart = createReceiverPart(node.context, mail, settings, version, {
    stopping: receiver.stopping,
    refusals,
    rates,
    crowd,
    accounting,
    resolver,
    tls: await createServerTls(linkedTlsMaterial(node.client)),
  });
  activate = createServicePart(node.context, [receiverPart], {
    version,
    freshMs: FRESH_MS,
    resolver,
    isProxy: proxyClients(settings),
  });
  // Without the queue manager nothing can be accepted; its successor starts new receivers.
  void node.client.closed.then(() => process.exit(1));
  setInterval(tellRefusals, REFUSALS_MS).unref();
  giveMemoryBackWhenIdle({ release: () => store.releaseMemory() });
  receiver.ready();
} catch (error) {
  receiver.failed(reasonOf(error));
}
