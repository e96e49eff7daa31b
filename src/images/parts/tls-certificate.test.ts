import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemorySystemStore } from '../../adapters/memory/system-store.ts';
import { type HostFileSystem, hostFileSystem } from '../../adapters/node/host-file-system.ts';
import { systemClock } from '../../adapters/node/system-clock.ts';
import { createSelfSignedCertificate } from '../../adapters/node/tls/self-signed-certificate.ts';
import type { TlsMaterial } from '../../ports/server-tls.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import { resetSystemLogicalNames } from '../../system/process-context.ts';
import { type TlsCertificate, watchTlsCertificate } from './tls-certificate.ts';

let root: string;
let files: HostFileSystem;
let systemStore: SystemStore;
let told: string[];
const watches: TlsCertificate[] = [];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'vmsmail-test-'));
  files = hostFileSystem({ root });
  await files.createDirectory('DKA0:[SYSMGR]');
  systemStore = createMemorySystemStore();
  await resetSystemLogicalNames(systemStore);
  told = [];
});
afterEach(() => {
  for (const each of watches.splice(0)) each.stop();
  files.close();
  rmSync(root, { recursive: true });
});

async function watch(): Promise<TlsCertificate> {
  const watching = await watchTlsCertificate({
    files,
    systemStore,
    operator: { operatorMessage: (_to, _from, text) => told.push(text) },
    clock: systemClock,
    hostName: 'hearts.example',
  });
  watches.push(watching);
  return watching;
}
const changed = (watching: TlsCertificate): Promise<TlsMaterial | undefined> =>
  new Promise((resolve) => watching.onChange(resolve));
const subject = (material: TlsMaterial | undefined): string | undefined =>
  material && new X509Certificate(material.certificate).subject;
const write = (name: string, text: string): void => writeFileSync(join(root, 'SYSMGR', name), text);
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('the certificate of a node', () => {
  it('is made at the first start, for nobody else to read, and kept', async () => {
    const first = await (await watch()).current();
    expect(subject(first)).toBe('CN=hearts.example');
    expect(watches[0]!.ends()).toBe(Date.parse(new X509Certificate(first!.certificate).validTo));
    expect(readdirSync(join(root, 'SYSMGR')).sort()).toEqual([
      'TCPIP$TLS_CERTIFICATE.PEM',
      'TCPIP$TLS_KEY.PEM',
    ]);
    expect(statSync(join(root, 'SYSMGR', 'TCPIP$TLS_KEY.PEM')).mode & 0o777).toBe(0o600);
    const { protection } = await files.lookup('DKA0:[SYSMGR]TCPIP$TLS_KEY.PEM');
    expect(protection).toMatchObject({ group: '', world: '' });
    const second = await (await watch()).current();
    expect(second?.certificate).toBe(first?.certificate);
    expect(second?.ticketKeys).not.toBe(first?.ticketKeys);
  });

  it('is taken up when other files, or files elsewhere, stand there', async () => {
    const watching = await watch();
    const other = createSelfSignedCertificate('mail.example', Date.now());
    const next = changed(watching);
    // One after the other: what makes no pair meanwhile is nobody's mistake.
    write('TCPIP$TLS_KEY.PEM', other.key);
    write('TCPIP$TLS_CERTIFICATE.PEM', other.certificate);
    expect(subject(await next)).toBe('CN=mail.example');

    const third = createSelfSignedCertificate('third.example', Date.now());
    write('THIRD.PEM', third.certificate);
    write('THIRD.KEY', third.key);
    const afterName = changed(watching);
    await systemStore.putSystemLogicalName({
      name: 'TCPIP$SMTP_TLS_CERTIFICATE',
      values: ['SYS$MANAGER:THIRD.PEM'],
      attributes: [],
    });
    await systemStore.putSetting('Tls-Key-File', 'SYS$MANAGER:THIRD.KEY');
    expect(subject(await afterName)).toBe('CN=third.example');
    expect(told).toEqual([]);
  });

  it.each([
    ['a key of another certificate', () => createSelfSignedCertificate('x.example', Date.now()).key],
    ['no key at all', () => 'not a key\n'],
  ])('changes nothing where it cannot be used: %s', async (_name, text) => {
    const watching = await watch();
    const before = await watching.current();
    write('TCPIP$TLS_KEY.PEM', text());
    await until(() => told.length > 0);
    expect(told[0]).toContain('the certificate cannot be used, TLS goes on with the one before');
    expect(told[0]).not.toContain('PRIVATE');
    expect(await watching.current()).toEqual(before);
  });

  it('is not made anew where one of the two files is gone', async () => {
    await watch();
    rmSync(join(root, 'SYSMGR', 'TCPIP$TLS_KEY.PEM'));
    const watching = await watch();
    expect(await watching.current()).toBeUndefined();
    await until(() => told.length > 0);
    expect(told[0]).toContain('there is no TLS');
  });

  it('tells operators before it expires', async () => {
    const tenYearsAgo = new Date();
    tenYearsAgo.setUTCFullYear(tenYearsAgo.getUTCFullYear() - 10);
    const old = createSelfSignedCertificate('old.example', tenYearsAgo.getTime() + 5.5 * 86_400_000);
    write('TCPIP$TLS_KEY.PEM', old.key);
    write('TCPIP$TLS_CERTIFICATE.PEM', old.certificate);
    await watch();
    expect(told).toEqual(['the certificate expires in 5 days']);
  });
});
