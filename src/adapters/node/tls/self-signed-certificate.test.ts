import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSelfSignedCertificate } from './self-signed-certificate.ts';

const NOW = Date.UTC(2026, 10, 25, 12, 0, 0);

describe('a self-signed certificate', () => {
  it('is read by others as it was meant', () => {
    const { certificate, key } = createSelfSignedCertificate('hearts.example', NOW);
    const read = new X509Certificate(certificate);
    expect(read.subject).toBe('CN=hearts.example');
    expect(read.issuer).toBe('CN=hearts.example');
    expect(read.subjectAltName).toBe('DNS:hearts.example');
    expect(read.checkHost('hearts.example')).toBe('hearts.example');
    expect(read.ca).toBe(false);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(Date.parse(read.validFrom)).toBe(NOW);
    expect(new Date(read.validTo).getUTCFullYear()).toBe(2036);
  });
  it.each([Date.UTC(2039, 0, 1), Date.UTC(2045, 0, 1)])('has its end in the right form', (now) => {
    const read = new X509Certificate(createSelfSignedCertificate('a.example', now).certificate);
    expect(new Date(read.validTo).getUTCFullYear()).toBe(new Date(now).getUTCFullYear() + 10);
  });
  it('has a name however long that of the host is', () => {
    const hostName = `${'x'.repeat(60)}.${'y'.repeat(60)}.example`;
    const read = new X509Certificate(createSelfSignedCertificate(hostName, NOW).certificate);
    expect(read.checkHost(hostName)).toBe(hostName);
  });
  it.runIf(spawnSync('which', ['openssl']).status === 0)('is sound for openssl', () => {
    const { certificate } = createSelfSignedCertificate('hearts.example', Date.now());
    const text = execFileSync('openssl', ['x509', '-noout', '-text'], {
      input: certificate,
      encoding: 'utf8',
    });
    expect(text).toContain('Signature Algorithm: ecdsa-with-SHA256');
    expect(text).toContain('CA:FALSE');
    expect(text).toContain('TLS Web Server Authentication');
  });
});
