/** A node for mail programs: JONES has a password there, and a certificate that programs can check. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import type { BootOptions } from '../../src/images/boot-node.ts';
import { hashPassword } from '../../src/system/passwords.ts';
import { type Fixture, startFixture } from './node-fixture.ts';

export const PASSWORD = 'HEART_OF_9';

export interface ProgramNode extends Fixture {
  /** For files of programs; goes with the node. */
  readonly directory: string;
  /** The node's own certificate in a file; its name is that of the node. */
  readonly certificateFile: string;
}

/** @param services  that are enabled */
export async function startProgramNode(
  services: readonly string[],
  options: Partial<BootOptions> = {},
): Promise<ProgramNode> {
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-programs-'));
  const fixture = await startFixture(['JONES'], options);
  const { systemStore } = fixture.node;
  const account = (await systemStore.account('JONES'))!;
  await systemStore.putAccount({ ...account, passwordHash: await hashPassword(PASSWORD) });
  await fixture.dcl('SYSTEM', services.map((service) => `TCPIP ENABLE SERVICE ${service}\n`).join(''));
  const certificateFile = join(directory, 'certificate');
  writeFileSync(certificateFile, readFileSync(join(fixture.root, 'SYSMGR', 'TCPIP$TLS_CERTIFICATE.PEM')));
  return {
    ...fixture,
    directory,
    certificateFile,
    async [Symbol.asyncDispose]() {
      await fixture[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const isInstalled = (program: string): boolean => spawnSync('which', [program]).status === 0;

/** Tests of a program, or a loud word that it is not there. */
export function withProgram(program: string, tests: () => void): void {
  const isThere = isInstalled(program);
  if (!isThere) console.warn(`SKIPPED: ${program} is not installed on this machine`);
  describe.runIf(isThere)(program, tests);
}
