/**
 * The SMTP configuration: one table of settings behind SET and SHOW CONFIGURATION SMTP, TCPIP$SMTP.CONF and the logical
 * names TCPIP$SMTP_…. Receiver and symbiont read it with `readSmtpSettings` (stored-settings.ts).
 * Source: tcpip-smtp.md §2.3, §3, §4.
 */
import { alarmSettings } from './alarm-settings.ts';
import { configurationSettings } from './configuration-settings.ts';
import { logicalNameSettings } from './logical-name-settings.ts';
import { mailFileSettings } from './mail-file-settings.ts';
import { outboundSettings } from './outbound-settings.ts';
import { policySettings } from './policy-settings.ts';
import { senderSettings } from './sender-settings.ts';
import type { SettingDefinition } from './setting-definition.ts';
import { tlsSettings } from './tls-settings.ts';

/** /NOLOG: the symbiont writes its log to the null device. */
export const NO_LOG_FILE = 'NL:';

export const smtpSettings = {
  ...configurationSettings,
  ...logicalNameSettings,
  ...policySettings,
  ...tlsSettings,
  ...outboundSettings,
  ...senderSettings,
  ...alarmSettings,
  ...mailFileSettings,
} as const satisfies Record<string, SettingDefinition>;
