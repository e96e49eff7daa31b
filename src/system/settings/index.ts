/** Settings of the node: what configures SMTP. */
export { formatDelta, parseDelta, parseSetting, type SettingType } from './setting-values.ts';
export { NO_LOG_FILE, type SettingDefinition, smtpSettings } from './smtp-settings.ts';
export {
  defaultSmtpSettings,
  isValidSetting,
  putSmtpSetting,
  readSmtpSettings,
  type SmtpSettingName,
  type SmtpSettings,
  smtpSettingsFrom,
} from './stored-settings.ts';
