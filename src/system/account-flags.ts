/**
 * The login flags of an account, in the order and with the words AUTHORIZE shows them. Those that have an effect here are
 * asked for by name where they take it; the others are kept for the site's own procedures (F$GETUAI, SHOW).
 * Source: System Management Utilities Reference, AUTHORIZE, /FLAGS; $UAIDEF.
 */
const accountFlagWords = {
  DISCTLY: 'DisCtlY',
  DEFCLI: 'DefCLI',
  LOCKPWD: 'LockPwd',
  RESTRICTED: 'Restricted',
  DISUSER: 'DisUser',
  DISWELCOME: 'DisWelcome',
  DISNEWMAIL: 'DisNewMail',
  DISMAIL: 'DisMail',
  GENPWD: 'GenPwd',
  PWD_EXPIRED: 'Pwd_Expired',
  PWD2_EXPIRED: 'Pwd2_Expired',
  AUDIT: 'Audit',
  DISREPORT: 'DisReport',
  DISRECONNECT: 'DisReconnect',
  AUTOLOGIN: 'Autologin',
  DISFORCE_PWD_CHANGE: 'DisForce_Pwd_Change',
  CAPTIVE: 'Captive',
  DISIMAGE: 'DisImage',
  DISPWDDIC: 'DisPwdDic',
  DISPWDHIS: 'DisPwdHis',
  DISPWDSYNCH: 'DisPwdSynch',
  EXTAUTH: 'ExtAuth',
  VMSAUTH: 'VMSAuth',
  PWDMIX: 'PwdMix',
} as const;

export type AccountFlag = keyof typeof accountFlagWords;

export const accountFlagNames = Object.keys(accountFlagWords) as readonly AccountFlag[];

/** `DisUser DisMail` */
export const accountFlagText = (flags: readonly string[]): string =>
  accountFlagNames
    .filter((name) => flags.includes(name))
    .map((name) => accountFlagWords[name])
    .join(' ');
