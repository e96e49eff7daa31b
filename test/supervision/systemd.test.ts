/** The unit that is shipped: what systemd says of it, and that a node started as it starts one keeps one right, where it needs it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMAND, createProcessNode, NOBODY, run, whyNotAsNobody } from '../support/process-node.ts';

const unit = readFileSync(join(import.meta.dirname, '../../systemd/vmsmail.service'), 'utf8');
const hasSystemd = spawnSync('systemd-analyze', ['--version']).error === undefined;
if (!hasSystemd) console.warn('SKIPPED: systemd-analyze is not here; the unit was not checked by systemd');

const setting = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

test.skipIf(!hasSystemd)('systemd finds nothing wrong with it, and little that it could do', () => {
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-unit-'));
  try {
    const file = join(directory, 'vmsmail.service');
    // Where it will be installed there is nothing yet.
    writeFileSync(file, unit.replaceAll('/opt/vmsmail/bin/vmsmail', COMMAND));
    const verified = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    expect(`${verified.status} ${verified.stdout}${verified.stderr}`).toBe('0 ');
    const security = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--threshold=25', '--no-pager', file],
      {
        encoding: 'utf8',
      },
    );
    // Before systemd 250 it looks at nothing but running services.
    if (/unrecognized option/.test(security.stderr))
      console.warn('SKIPPED: this systemd-analyze is too old for security');
    else expect(security.status, security.stdout).toBe(0);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('the paths in it are those of the guide', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/operator.md'), 'utf8');
  for (const path of ['/opt/vmsmail', '/var/lib/vmsmail', 'systemd/vmsmail.service'])
    expect(guide).toContain(path);
  expect(setting('ExecStart')).toBe('/opt/vmsmail/bin/vmsmail start --root /var/lib/vmsmail');
  expect(setting('StateDirectory')).toBe('vmsmail');
});

test.skipIf(whyNotAsNobody() !== undefined)('receivers and symbiont have no right left', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-unit-'));
  chmodSync(directory, 0o755);
  const root = join(directory, 'root');
  mkdirSync(root);
  spawnSync('chown', [String(NOBODY), root]);
  try {
    await using node = await createProcessNode({ users: [], root, isEmpty: true });
    // What User=, AmbientCapabilities= and NoNewPrivileges= do.
    const asService = [
      'setpriv',
      `--reuid=${NOBODY}`,
      `--regid=${NOBODY}`,
      '--clear-groups',
      '--inh-caps=-all,+net_bind_service',
      '--ambient-caps=-all,+net_bind_service',
      '--bounding-set=-all,+net_bind_service',
      '--no-new-privs',
    ];
    const command = [COMMAND, 'start', '--detach', '--port', `SMTP=${node.smtpPort}`, '--root', root];
    const started = await run([...asService, ...command], 60_000, '');
    expect(`${started.status} ${started.stderr}`).toBe('0 ');
    const { processes } = await node.whole();
    const rights = processes.map(({ image, pid }) => {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return `${image} ${/^CapAmb:\s*0*([0-9a-f]*)$/m.exec(status)![1]} ${/^CapEff:\s*0*([0-9a-f]*)$/m.exec(status)![1]}`;
    });
    expect(new Set(rights)).toEqual(
      new Set(['queue-manager 400 400', 'auxiliary-server 400 400', 'smtp-symbiont  ', 'smtp-receiver  ']),
    );
    await run(
      [
        'setpriv',
        `--reuid=${NOBODY}`,
        `--regid=${NOBODY}`,
        '--clear-groups',
        COMMAND,
        'stop',
        '--root',
        root,
      ],
      45_000,
      '',
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
