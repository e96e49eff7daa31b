/** Settings of the node: what configures SMTP. */
export { type ConfigurationFile, readConfigurationFile } from './configuration-file.ts';
export { type DkimKey, dkimKeyState, dkimKeys, putDkimKeys, signingDkimKeys } from './dkim-keys.ts';
export { type ImapFields, imapConfigurationFile, imapFieldsFrom, readImapFields } from './imap-settings.ts';
export { keptConfigurationFile } from './kept-configuration-file.ts';
export {
  findConfigurationFile,
  loadConfigurationFile,
  type RefusedConfiguration,
  refusedConfigurationFile,
} from './load-configuration-file.ts';
export {
  type ClosedDestination,
  changeLocalDatabase,
  type LocalDatabases,
  type LocalHost,
  type LocalMx,
  readLocalDatabases,
} from './local-databases.ts';
export { whatIsWrong } from './setting-check.ts';
export type { SettingDefinition } from './setting-definition.ts';
export { formatDelta } from './setting-values.ts';
export { smtpConfigurationFile } from './smtp-configuration-file.ts';
export { NO_LOG_FILE, smtpSettings } from './smtp-settings.ts';
export {
  defaultSmtpSettings,
  readSmtpSettings,
  type SettingInForce,
  type SmtpSettingName,
  type SmtpSettings,
  settingsInForce,
  smtpSettingsFrom,
} from './stored-settings.ts';
