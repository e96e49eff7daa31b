/** What of the SMTP configuration the symbiont goes by, as one snapshot; taken anew for every batch. */
import type { MxRecord } from '../ports/resolver.ts';
import { defaultSmtpSettings, type SmtpSettings } from '../system/settings/index.ts';

export type SendTimeouts = SmtpSettings['sendTimeoutsMs'];

export type SymbiontSettings = Pick<
  SmtpSettings,
  | 'initialIntervalMs'
  | 'retryIntervalMs'
  | 'maximumIntervalMs'
  | 'addressRetries'
  | 'hopCountMaximum'
  | 'sendTimeoutsMs'
  | 'alternateGateway'
  | 'generalGateway'
  | 'zone'
  | 'substituteDomain'
  | 'noSubstituteDomainInbound'
  | 'postmasterAlias'
  | 'altgateAlways'
  | 'mxIfNoAltgate'
  | 'noMx'
  | 'inboundNoXvms'
  | 'jacketLocal'
  | 'quarantineFolder'
  | 'relayZones'
  | 'senderRewriting'
  | 'logLevel'
  | 'logLineNumbers'
  | 'nosey'
  | 'symbiontTrace'
  | 'symbiontSnapshotBlocks'
  | 'tryARecords'
  | 'delayWarningMs'
  | 'destinationStreams'
  | 'altgateUser'
  | 'altgatePassword'
  | 'altgatePort'
  | 'dane'
  | 'mtaSts'
  | 'tlsReports'
  | 'outboundTls'
  | 'outboundTlsNone'
  | 'outboundTlsRequired'
  | 'outboundTlsVerified'
> & {
  /** Local MX database (SET MX_RECORD) of this node; wins over DNS. tcpip-smtp.md §5.5 */
  readonly localMx?: (domain: string) => readonly MxRecord[] | undefined;
  /** STOP MAIL/DESTINATION: mail for it waits. */
  readonly isClosed?: (domain: string) => boolean;
};

export const defaultSymbiontSettings: SymbiontSettings = defaultSmtpSettings;
