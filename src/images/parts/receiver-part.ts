/** The SMTP receiver of a node: what TCPIP$SMTP_RECV_RUN.COM RUNs. */

import { createRspamd } from '../../adapters/node/rspamd.ts';
import { openGreylist } from '../../adapters/sqlite/greylist/index.ts';
import { createMessageVerifier } from '../../message-authentication/index.ts';
import type { Accounting } from '../../ports/accounting.ts';
import type { Greylist } from '../../ports/greylist.ts';
import type { Resolver } from '../../ports/resolver.ts';
import type { ServerTls } from '../../ports/server-tls.ts';
import {
  type ClientRates,
  type Crowd,
  createReceiverImage,
  PolicyEvents,
  type RefusalCounter,
} from '../../receiver/index.ts';
import type { CurrentSettings } from './current-settings.ts';
import type { MailPart } from './mail-part.ts';
import { type NodeContext, versionInfo } from './node-context.ts';
import { nodeLoginDoor } from './node-login-door.ts';
import { createReceiverSettings } from './receiver-settings.ts';
import type { ServiceImage } from './service-part.ts';
import { storageOutage } from './storage-outage.ts';
import { watchedResolver } from './watched-resolver.ts';

export interface ReceiverPartOptions {
  /** Aborted when the process is to end: sessions then end at a quiet moment. */
  readonly stopping?: AbortSignal;
  readonly resolver: Resolver;
  readonly tls: ServerTls;
  readonly accounting?: Accounting;
  /** What clients did, in all processes of the node. */
  readonly rates: ClientRates;
  /** Strangers that are connected to this process. */
  readonly crowd?: Crowd;
  /** Counts what clients were refused. */
  readonly refusals?: RefusalCounter;
}

export function createReceiverPart(
  context: NodeContext,
  mail: MailPart,
  settings: CurrentSettings,
  version: string,
  { stopping, tls, rates, crowd, accounting, refusals, ...options }: ReceiverPartOptions,
): ServiceImage {
  const resolver = watchedResolver(options.resolver, {
    ...context,
    tell: (...told) => context.operator.operatorMessage('NETWORK', 'TCPIP$SMTP_RECEIVER', ...told),
  });
  const receiverSettings = createReceiverSettings(resolver, context.clock);
  return {
    name: 'TCPIP$SMTP_RECEIVER',
    serve: createReceiverImage({
      queueManager: context.queueManager,
      spool: context.spool,
      recipients: mail.recipients,
      clock: context.clock,
      log: context.log,
      storage: storageOutage(context, (...told) =>
        context.operator.operatorMessage('CENTRAL', 'TCPIP$SMTP_RECEIVER', ...told),
      ),
      hostName: context.configuration.hostName,
      versionInfo: versionInfo(version),
      settings: () => {
        const now = settings.unchanged();
        return now === undefined ? settings.refresh().then(receiverSettings) : receiverSettings(now);
      },
      resolver,
      rates,
      greylist: lazyGreylist(context.paths.greylist),
      filter: createRspamd({ log: context.log, hostName: context.configuration.hostName }),
      tls,
      openLoginDoor: nodeLoginDoor(context, mail),
      verifier: createMessageVerifier({
        resolver,
        clock: context.clock,
        authservId: context.configuration.hostName,
        onBug: (error) => context.log.error({ err: error }, 'the sender of a message could not be checked'),
      }),
      events: new PolicyEvents(context.clock, context.operator),
      ...(crowd === undefined ? {} : { crowd }),
      ...(accounting === undefined ? {} : { accounting }),
      ...(refusals === undefined ? {} : { refusals }),
      ...(stopping === undefined ? {} : { stopping }),
    }),
  };
}

/** Made when it is first asked: a node without greylisting has none. */
function lazyGreylist(path: string): Greylist {
  let opened: Greylist | undefined;
  return {
    waitMs(...question) {
      opened ??= openGreylist(path);
      return opened.waitMs(...question);
    },
  };
}
