/** Settings of the node: what configures SMTP. */
export {
  CONFIGURATION_FILE,
  type FileMistake,
  OLD_CONFIGURATION_FILE,
  readConfigurationFile,
} from './configuration-file.ts';
export {
  type DkimKey,
  type DkimKeyState,
  dkimKeyState,
  dkimKeys,
  putDkimKeys,
  signingDkimKeys,
} from './dkim-keys.ts';
export {
  findConfigurationFile,
  type LoadedConfiguration,
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
export { formatDelta, parseDelta, parseSetting, type SettingType } from './setting-values.ts';
export { NO_LOG_FILE, smtpSettings } from './smtp-settings.ts';
export {
  defaultSmtpSettings,
  type KeptConfigurationFile,
  keepConfigurationFile,
  keptConfigurationFile,
  putSmtpSetting,
  readSmtpSettings,
  type SettingInForce,
  type SmtpSettingName,
  type SmtpSettings,
  settingsInForce,
  smtpSettingsFrom,
} from './stored-settings.ts';
