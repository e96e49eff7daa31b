/** TCPIP$IMAP_1: the process that serves all IMAP connections, each with a run of its command procedure. */

import { createDnsResolver } from '../adapters/node/dns-resolver.ts';
import { serveReceiverProcess } from '../adapters/node/receiver-process.ts';
import { createServerTls } from '../adapters/node/tls/server-tls.ts';
import { reasonOf } from '../condition/index.ts';
import { configurationFromArguments } from './node-configuration.ts';
import { packageVersion } from './package-version.ts';
import { currentImapFields, currentSettings, FRESH_MS } from './parts/current-settings.ts';
import { createImapPart } from './parts/imap-part.ts';
import { createMailPart, openNodeMailStore } from './parts/mail-part.ts';
import { type NodeProcess, openNodeProcess } from './parts/node-process.ts';
import { proxyClients } from './parts/proxy-clients.ts';
import { createServicePart } from './parts/service-part.ts';
import { linkedTlsMaterial } from './parts/tls-material-link.ts';

const configuration = configurationFromArguments(process.argv);
let node: NodeProcess | undefined;
let activate: ReturnType<typeof createServicePart> | undefined;
const server = serveReceiverProcess(
  (service, connection, peer) => activate!(service, connection, peer),
  async () => node?.close(),
);
try {
  node = await openNodeProcess(configuration, 'TCPIP$IMAP', FRESH_MS);
  const settings = await currentSettings(node.context.systemStore);
  const mail = createMailPart(node.context, openNodeMailStore(node.context), settings, FRESH_MS);
  const version = packageVersion();
  const tls = await createServerTls(linkedTlsMaterial(node.client));
  const fields = await currentImapFields(node.context.systemStore);
  const imapPart = createImapPart(node.context, mail, settings, fields, {
    version,
    stopping: server.stopping,
    tls,
  });
  activate = createServicePart(node.context, [imapPart], {
    version,
    freshMs: FRESH_MS,
    resolver: createDnsResolver(),
    isProxy: proxyClients(settings),
  });
  void node.client.closed.then(() => process.exit(1));
  server.ready();
} catch (error) {
  server.failed(reasonOf(error));
}
