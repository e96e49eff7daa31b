/** Every message of the node, for F$MESSAGE and for statuses that come without a text. One for all sessions of a process. */
import { AUXS } from '../../auxiliary-server/messages.ts';
import { JBC } from '../../condition/index.ts';
import { createMessageCatalogue } from '../../dcl/index.ts';
import { MAIL, SCREEN } from '../../mail/index.ts';
import { SFF } from '../../mail/send-from-file/messages.ts';
import { SET_PASSWORD, UAF } from '../../management/authorize/messages.ts';
import { TCPIP } from '../../management/index.ts';
import * as operator from '../../operator/messages.ts';
import { QMAN } from '../../queue-manager/messages.ts';
import { LOGIN } from '../../system/login-messages.ts';

export const nodeCatalogue = createMessageCatalogue([
  JBC,
  QMAN,
  MAIL,
  SCREEN,
  SFF,
  TCPIP,
  AUXS,
  LOGIN,
  UAF,
  SET_PASSWORD,
  ...Object.values(operator),
]);
