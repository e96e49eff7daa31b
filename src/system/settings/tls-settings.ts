/** Settings of what Internet mail has learnt since the product: TLS, authentication. All of them ours. */
import type { SettingDefinition } from './setting-definition.ts';

const source = 'own';

export const tlsSettings = {
  tlsCertificateFile: {
    field: 'Tls-Certificate-File',
    qualifier: 'TLS_CERTIFICATE',
    logical: 'TLS_CERTIFICATE',
    type: 'text',
    default: 'SYS$MANAGER:TCPIP$TLS_CERTIFICATE.PEM',
    form: 'file',
    meaning: 'certificate of this host (PEM), with those between it and the root',
    source,
  },
  tlsKeyFile: {
    field: 'Tls-Key-File',
    qualifier: 'TLS_KEY',
    logical: 'TLS_KEY',
    type: 'text',
    default: 'SYS$MANAGER:TCPIP$TLS_KEY.PEM',
    form: 'file',
    meaning: 'private key of the certificate (PEM, without a passphrase)',
    source,
  },
  authMechanisms: {
    field: 'Auth-Mechanisms',
    qualifier: 'AUTH_MECHANISMS',
    type: 'list',
    default: 'SCRAM-SHA-256-PLUS, SCRAM-SHA-256, PLAIN, LOGIN',
    words: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'PLAIN', 'LOGIN'],
    meaning: 'how clients may authenticate themselves; none: not at all',
    source,
  },
  authWithoutTls: {
    field: 'Auth-Without-Tls',
    qualifier: 'AUTH_WITHOUT_TLS',
    type: 'boolean',
    default: 'FALSE',
    meaning: 'PLAIN and LOGIN also where the connection is not encrypted',
    source,
  },
  proxyClients: {
    field: 'Proxy-Clients',
    qualifier: 'PROXY_CLIENTS',
    type: 'list',
    default: '',
    form: 'network',
    meaning: 'proxies: addresses and networks whose connections begin with a header of the PROXY protocol',
    source,
  },
  xclientClients: {
    field: 'Xclient-Clients',
    qualifier: 'XCLIENT_CLIENTS',
    type: 'list',
    default: '',
    form: 'network',
    meaning: 'addresses and networks that may say for whom they speak (XCLIENT)',
    source,
  },
  classic: {
    field: 'Classic',
    qualifier: 'OPTIONS.CLASSIC',
    type: 'boolean',
    default: 'FALSE',
    meaning: 'the receiver speaks as V4.2 did: HELO alone, no extensions',
    source,
  },
} as const satisfies Record<string, SettingDefinition>;
