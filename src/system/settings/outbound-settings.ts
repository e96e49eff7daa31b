/** Settings of the symbiont that OpenVMS never had: how mail goes to other hosts. */
import type { SettingDefinition } from './setting-definition.ts';

const source = 'own';

export const outboundSettings = {
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
