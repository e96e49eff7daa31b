/** TCPIP$SMTP.CONF. Source: tcpip-smtp.md §3.3. */
import type { ConfigurationFile } from './configuration-file.ts';
import { smtpSettings } from './smtp-settings.ts';

export const smtpConfigurationFile: ConfigurationFile = {
  component: 'SMTP',
  // The second is its name before V5.7.
  names: ['TCPIP$SMTP.CONF', 'SMTP.CONFIG'],
  definitions: Object.values(smtpSettings),
};
