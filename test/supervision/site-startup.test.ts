/** What a site has for the start of a node runs when it has started, each time. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProcessNode, pause, vmsmail } from '../support/process-node.ts';

test('procedures of the site define their logical names again with each start, and one that fails keeps none from it', async () => {
  await using node = await createProcessNode({ users: [] });
  const procedure = (directory: string, name: string, ...lines: readonly string[]): void =>
    writeFileSync(join(node.root, directory, name), `${lines.join('\n')}\n`);
  const dcl = async (command: string): Promise<string> =>
    (await vmsmail(['dcl', '--root', node.root, '--user', 'SYSTEM', command])).stdout;
  procedure('SYSMGR', 'SYSTARTUP_VMS.COM', '$ EXIT 44');
  procedure(
    'SYS$STARTUP',
    'TCPIP$POP_SYSTARTUP.COM',
    '$ DEFINE/SYSTEM TCPIP$POP_SECURITY \'F$PROCESS()\'_OF_\'F$GETJPI("","USERNAME")\'',
  );
  const isThere = async (text: string, command: string): Promise<void> => {
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await dcl(command)).includes(text)) return;
      await pause(200);
    }
    expect(await dcl(command)).toContain(text);
  };
  for (const version of [1, 2]) {
    expect((await node.start()).status).toBe(0);
    await isThere('"STARTUP_OF_SYSTEM"', 'SHOW LOGICAL TCPIP$POP_SECURITY');
    await isThere('SYSTEM-F-ABORT', `TYPE SYS$MANAGER:STARTUP.LOG;${version}`);
    await isThere('STARTUP.COM failed', 'SEARCH SYS$MANAGER:OPERATOR.LOG "STARTUP.COM"');
    expect((await node.stop()).status).toBe(0);
  }
}, 120_000);
