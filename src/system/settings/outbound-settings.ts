/** Settings of the symbiont that OpenVMS never had: how mail goes to other hosts. */
import type { SettingDefinition } from './setting-definition.ts';

const source = 'own';

export const outboundSettings = {
  altgateUser: {
    field: 'Altgate-User',
    qualifier: 'ALTGATE_USER',
    type: 'text',
    default: '',
    form: 'credential',
    meaning: 'user name for the alternate gateway, where it wants one',
    source,
  },
  altgatePassword: {
    field: 'Altgate-Password',
    qualifier: 'ALTGATE_PASSWORD',
    type: 'text',
    default: '',
    form: 'credential',
    isSecret: true,
    meaning: 'his password; shown nowhere',
    source,
  },
  altgatePort: {
    field: 'Altgate-Port',
    qualifier: 'ALTGATE_PORT',
    type: 'number',
    default: '25',
    minimum: 1,
    maximum: 65535,
    meaning: 'port of the alternate gateway: 25, 587, or 465 (TLS from the first byte)',
    source,
  },
  delayWarningMs: {
    field: 'Delay-Warning',
    qualifier: 'DELAY_WARNING',
    type: 'delta',
    default: '0 04:00:00.00',
    minimum: 0,
    meaning: 'age at which the sender is told, once, that a message still waits; 0 00:00: never',
    source,
  },
  outboundTls: {
    field: 'Outbound-TLS',
    qualifier: 'OUTBOUND_TLS',
    type: 'text',
    default: 'OPPORTUNISTIC',
    words: ['NONE', 'OPPORTUNISTIC', 'REQUIRED', 'VERIFIED'],
    meaning:
      'TLS to other hosts: NONE, OPPORTUNISTIC (where they have it), REQUIRED (mail waits without), VERIFIED (with a certificate of the host)',
    source,
  },
  outboundTlsNone: {
    field: 'Outbound-TLS-None',
    qualifier: 'OUTBOUND_TLS_NONE',
    type: 'list',
    default: '',
    form: 'domain',
    meaning: 'destination domains, and gateways, that get mail without TLS',
    source,
  },
  outboundTlsRequired: {
    field: 'Outbound-TLS-Required',
    qualifier: 'OUTBOUND_TLS_REQUIRED',
    type: 'list',
    default: '',
    form: 'domain',
    meaning: 'destination domains, and gateways, that get no mail without TLS',
    source,
  },
  outboundTlsVerified: {
    field: 'Outbound-TLS-Verified',
    qualifier: 'OUTBOUND_TLS_VERIFIED',
    type: 'list',
    default: '',
    form: 'domain',
    meaning: 'destination domains, and gateways, whose hosts must prove who they are',
    source,
  },
} as const satisfies Record<string, SettingDefinition>;
