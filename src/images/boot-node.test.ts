import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { vmsmail } from '../../test/support/process-node.ts';
import { bootNode } from './boot-node.ts';

test('a node inside a process holds its root: nobody else starts, stops or restores one there', async () => {
  const root = mkdtempSync(join(tmpdir(), 'vmsmail-boot-'));
  try {
    const node = await bootNode({ root });
    await expect(bootNode({ root })).rejects.toThrow(`a node is already running on ${root}`);
    const inside = `a node runs on ${root} inside process ${process.pid}`;
    expect(await vmsmail(['start', '--detach', '--root', root])).toMatchObject({
      status: 1,
      stderr: `vmsmail: ${inside}\n`,
    });
    expect(await vmsmail(['stop', '--root', root])).toMatchObject({
      status: 1,
      stderr: `vmsmail: ${inside}, which alone can stop it\n`,
    });
    expect(await vmsmail(['status', '--root', root])).toMatchObject({
      status: 1,
      stderr: `vmsmail: ${inside}\n`,
    });
    await node.stop();
    const again = await bootNode({ root });
    await again.stop();
    expect(await vmsmail(['status', '--root', root])).toMatchObject({
      stderr: `vmsmail: no node is running on ${root}\n`,
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test('a node inside a process runs what its site has for a start, and breaks it off when it stops', async () => {
  const root = mkdtempSync(join(tmpdir(), 'vmsmail-boot-'));
  try {
    await (await bootNode({ root })).stop();
    writeFileSync(
      join(root, 'SYS$STARTUP', 'TCPIP$POP_SYSTARTUP.COM'),
      '$ DEFINE/SYSTEM TCPIP$POP_SECURITY FRIENDLY\n$ WAIT 10:00\n',
    );
    const node = await bootNode({ root });
    await vi.waitFor(
      async () =>
        expect(await node.systemStore.systemLogicalNames()).toContainEqual(
          expect.objectContaining({ name: 'TCPIP$POP_SECURITY', values: ['FRIENDLY'] }),
        ),
      { timeout: 20_000, interval: 100 },
    );
    await node.stop();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}, 60_000);
