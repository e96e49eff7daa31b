/** Settings of the node: what configures SMTP. */
export { formatDelta, parseDelta, parseSetting, type SettingType } from './setting-values.ts';
export {
  defaultSmtpSettings,
  isValidSetting,
  putSmtpSetting,
  readSmtpSettings,
  type SettingDefinition,
  type SmtpSettingName,
  type SmtpSettings,
  smtpSettings,
  smtpSettingsFrom,
} from './smtp-settings.ts';
