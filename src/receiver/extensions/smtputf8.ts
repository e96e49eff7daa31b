/** SMTPUTF8: addresses and header fields in UTF-8. Source: RFC 6531. */

import type { SmtpExtension } from './extension.ts';
import { badParameter } from './replies.ts';

export const smtpUtf8: SmtpExtension = {
  offered: () => 'SMTPUTF8',
  parameters: {
    SMTPUTF8: (value, asked) => (value === '' ? { ...asked, smtpUtf8: true } : badParameter),
  },
};
