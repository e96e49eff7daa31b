/** The POP server of a node: what TCPIP$POP_RUN.COM RUNs. */

import { createPopImage, isApopDigest, MaildropLocks, PopStatistics } from '../../pop/index.ts';
import { apopSecret } from './apop-secret.ts';
import type { CurrentSettings } from './current-settings.ts';
import type { MailAccessOptions } from './mail-access-process.ts';
import type { MailPart } from './mail-part.ts';
import { type NodeContext, versionInfo } from './node-context.ts';
import { nodeLoginDoor } from './node-login-door.ts';
import type { ServiceImage } from './service-part.ts';

export function createPopPart(
  context: NodeContext,
  mailPart: MailPart,
  settings: CurrentSettings,
  { version, stopping, tls }: MailAccessOptions,
): ServiceImage {
  const { clock, log, systemStore, configuration } = context;
  const { mail } = mailPart;
  const openLoginDoor = nodeLoginDoor(context, mailPart);
  const pid = process.pid.toString(16).toUpperCase().padStart(8, '0');
  return {
    name: 'TCPIP$POP_SERVER',
    image: (devices) =>
      createPopImage(
        {
          mail,
          loginDoor: ({ address }) =>
            openLoginDoor({
              source: { kind: 'network', address },
              mode: 'NETWORK',
              processName: 'TCPIP$POP_1',
              pid,
            }),
          isUser: async (given) => {
            const userName = await mailPart.recipients.loginName(given);
            return (await systemStore.account(userName.toUpperCase())) !== undefined;
          },
          isApopDigest: async (given, stamp, digest) => {
            const userName = await mailPart.recipients.loginName(given);
            return isApopDigest(await apopSecret(context, mail, userName), stamp, digest);
          },
          locks: new MaildropLocks(),
          statistics: new PopStatistics(clock.now()),
          tls,
          clock,
          log,
          hostName: configuration.hostName,
          versionInfo: versionInfo(version),
          pid,
          domain: async () => (await settings.refresh()).substituteDomain ?? configuration.hostName,
          saslPolicy: () => settings.refresh(),
          ...(stopping === undefined ? {} : { stopping }),
        },
        devices,
      ),
  };
}
