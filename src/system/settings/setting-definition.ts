/** What the tables of settings say of each of them. */
import type { SettingType } from './setting-values.ts';

/** What a text has to look like beyond its type; setting-check.ts says what is wrong with one that does not. */
export type SettingForm =
  | 'domain'
  | 'host'
  | 'client'
  | 'network'
  | 'pattern'
  | 'user'
  | 'alias'
  | 'address'
  | 'folder'
  | 'url'
  | 'file'
  | 'reply'
  | 'credential';

/** A field of a configuration file. */
export interface FieldDefinition {
  readonly field: string;
  readonly type: SettingType;
  /** As it would be written; '' is undefined, or an empty list. */
  readonly default: string;
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** The only values it takes. */
  readonly words?: readonly string[];
  readonly form?: SettingForm;
  readonly meaning: string;
  readonly source: string;
}

/** A setting of SMTP: field of TCPIP$SMTP.CONF, and name in TCPIP$CONFIGURATION.DAT. */
export interface SettingDefinition extends FieldDefinition {
  /** Qualifier of SET CONFIGURATION SMTP, `GATEWAY.ALTERNATE` for a keyword of one. */
  readonly qualifier: string;
  /** The qualifier says the opposite: /NOMX sets No-Mx. */
  readonly isNegated?: true;
  /** TCPIP$SMTP_… in the system table: where it is defined it decides. A boolean is TRUE whatever its value. §4 */
  readonly logical?: string;
  /** A boolean whose logical name has a value that counts: 1 in the manual. */
  readonly isLogicalValued?: true;
  /** Shown nowhere: a password. */
  readonly isSecret?: true;
}
