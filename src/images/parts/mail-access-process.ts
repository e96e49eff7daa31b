/** A process that serves all connections of POP, or of IMAP, each with a run of the service's command procedure. */
import { createDnsResolver } from '../../adapters/node/dns-resolver.ts';
import { giveMemoryBackWhenIdle } from '../../adapters/node/idle-memory.ts';
import { serveReceiverProcess } from '../../adapters/node/receiver-process.ts';
import { createServerTls } from '../../adapters/node/tls/server-tls.ts';
import { reasonOf } from '../../condition/index.ts';
import type { ServerTls } from '../../ports/server-tls.ts';
import { configurationFromArguments } from '../node-configuration.ts';
import { packageVersion } from '../package-version.ts';
import { type CurrentSettings, currentSettings, FRESH_MS } from './current-settings.ts';
import { createMailPart, type MailPart, openNodeMailStore } from './mail-part.ts';
import type { NodeContext } from './node-context.ts';
import { type NodeProcess, openNodeProcess } from './node-process.ts';
import { proxyClients } from './proxy-clients.ts';
import { createServicePart, type ServiceImage } from './service-part.ts';
import { linkedTlsMaterial } from './tls-material-link.ts';

export interface MailAccessOptions {
  readonly version: string;
  /** Aborted when the process is to end: sessions then end at a quiet moment, those of IMAP with BYE. */
  readonly stopping?: AbortSignal;
  readonly tls: ServerTls;
}

/** What a server program is made of, once its process has opened the node. */
export type CreateServer = (
  context: NodeContext,
  mail: MailPart,
  settings: CurrentSettings,
  options: MailAccessOptions,
) => ServiceImage | Promise<ServiceImage>;

/** Serves until the node, or the process, ends. @param processName  `TCPIP$POP` */
export async function serveMailAccess(processName: string, createServer: CreateServer): Promise<void> {
  let node: NodeProcess | undefined;
  let activate: ReturnType<typeof createServicePart> | undefined;
  const server = serveReceiverProcess(
    (service, connection, peer) => activate!(service, connection, peer),
    async () => node?.close(),
  );
  try {
    node = await openNodeProcess(configurationFromArguments(process.argv), processName, FRESH_MS);
    const settings = await currentSettings(node.context.systemStore);
    const store = openNodeMailStore(node.context);
    const mail = createMailPart(node.context, store, settings, FRESH_MS);
    const version = packageVersion();
    const tls = await createServerTls(linkedTlsMaterial(node.client));
    const { stopping } = server;
    const image = await createServer(node.context, mail, settings, { version, stopping, tls });
    activate = createServicePart(node.context, [image], {
      version,
      freshMs: FRESH_MS,
      resolver: createDnsResolver(),
      isProxy: proxyClients(settings),
    });
    void node.client.closed.then(() => process.exit(1));
    giveMemoryBackWhenIdle({ release: () => store.releaseMemory() });
    server.ready();
  } catch (error) {
    server.failed(reasonOf(error));
  }
}
