/** The login door of a node, for the services that take passwords. */
import {
  AUTHENTICATION_SECRET,
  type LoginAttempts,
  type LoginPeer,
  openLoginDoor,
} from '../../system/login-door.ts';
import type { MailPart } from './mail-part.ts';
import type { NodeContext } from './node-context.ts';

export const nodeLoginDoor =
  (
    { systemStore, clock, operator, configuration }: NodeContext,
    { recipients }: Pick<MailPart, 'recipients'>,
  ) =>
  (peer: LoginPeer): LoginAttempts =>
    openLoginDoor(
      {
        systemStore,
        clock,
        opcom: operator,
        nodeName: configuration.nodeName,
        accountName: (given) => recipients.loginName(given),
        secret: async () => (await systemStore.setting(AUTHENTICATION_SECRET)) ?? '',
      },
      peer,
    );
