/** F$PID and F$GETJPI see the processes of a node, and sessions each other, although each is a process of the host. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { COMMAND, createProcessNode, vmsmail } from '../support/process-node.ts';

const list = [
  '$ X = F$SETPRV("WORLD")',
  '$ CTX = ""',
  '$LOOP: PID = F$PID(CTX)',
  '$ IF PID .EQS. "" THEN EXIT',
  '$ WRITE SYS$OUTPUT F$GETJPI(PID,"PRCNAM"), ",", F$GETJPI(PID,"USERNAME"), ",", F$GETJPI(PID,"IMAGNAME")',
  '$ GOTO LOOP',
].join('\n');

test('the images of the node, and a session that uses it', async () => {
  await using node = await createProcessNode({ users: ['JONES'] });
  await node.start();
  await node.whole();
  const session = ['dcl', '--root', node.root, '--user'];
  const other = spawn(COMMAND, [...session, 'JONES'], { stdio: ['pipe', 'pipe', 'ignore'] });
  try {
    // It has asked the queue manager, and so is known there; then it waits.
    other.stdin.write(
      '$ SET PROCESS/NAME="Sleeper"\n$ WRITE SYS$OUTPUT F$GETQUI("DISPLAY_QUEUE","QUEUE_NAME","*")\n',
    );
    const [first] = await once(other.stdout.setEncoding('utf8'), 'data');
    expect(first).toContain('SYS$BATCH');

    const { stdout } = await vmsmail([...session, 'SYSTEM'], 20_000, list);
    const processes = stdout.split('\n').map((line) => line.replace(/ +,/, ','));
    expect(processes).toContain('Sleeper,JONES,');
    expect(processes).toContain('QUEUE_MANAGER,SYSTEM,DKA0:[SYSEXE]QMAN$QUEUE_MANAGER.EXE;1');
    expect(processes).toContain('TCPIP$SMTP_1,TCPIP$SMTP,DKA0:[SYSEXE]TCPIP$SMTP_RECEIVER.EXE;1');

    other.stdin.end();
    await once(other, 'exit');
    expect((await vmsmail([...session, 'SYSTEM'], 20_000, list)).stdout).not.toContain('Sleeper');
  } finally {
    other.kill('SIGKILL');
  }
}, 60_000);
