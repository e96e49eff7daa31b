/** /metrics and /health of a whole node, asked over HTTP as Prometheus and a load balancer ask. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startLoad } from '../crash/load.ts';
import { createProcessNode, freePort, type ProcessNode, pause, vmsmail } from '../support/process-node.ts';

const startWith = (node: ProcessNode, words: readonly string[]) =>
  vmsmail([
    'start',
    '--detach',
    '--port',
    `SMTP=${node.smtpPort}`,
    '--node',
    'HEARTS',
    '--host',
    'hearts.example',
    '--root',
    node.root,
    ...words,
  ]);

/** Values by name with labels. */
function parsed(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((each) => each !== '' && !each.startsWith('#'));
  return new Map(
    lines.map((each) => [
      each.slice(0, each.lastIndexOf(' ')),
      Number(each.slice(each.lastIndexOf(' ') + 1)),
    ]),
  );
}

test('metrics count what the node does, and health says when it does not', async () => {
  await using node = await createProcessNode({ users: ['JONES', 'SENDER'] });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = await startWith(node, ['--metrics', String(port)]);
  expect(`${started.status} ${started.stderr}`).toBe('0 ');
  expect(started.stdout).toContain(`/metrics, /health 127.0.0.1:${port}\n`);

  const load = startLoad({
    port: node.smtpPort,
    sessions: 2,
    reversePath: 'sender@hearts.example',
    recipients: () => ['jones@hearts.example'],
    sizeBytes: () => 500,
    pauseMs: 1,
  });
  while (load.messages.length < 40) await pause(20);
  await load.stop();
  expect(await node.drained(20_000)).toBe(true);
  const configure = 'SET CONFIGURATION SMTP/SPAM_ACTION=ACCOUNTING';
  expect((await vmsmail(['tcpip', '--root', node.root, '--user', 'SYSTEM', configure])).status).toBe(0);
  await pause(2_500); // Receivers look for changes a few times a second.
  await refused(node.smtpPort);
  const symbiont = (await node.whole()).processes.find(({ image }) => image === 'smtp-symbiont')!.pid!;
  process.kill(symbiont, 'SIGKILL');
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await pause(50)) {
    const { processes } = await node.whole();
    if (processes.some(({ image, pid }) => image === 'smtp-symbiont' && pid !== symbiont)) break;
  }
  // Receivers tell once a second, and one look serves a second.
  const refusal = 'vmsmail_smtp_refusals_total{code="553",reason="Unqualified-Sender"}';
  await expect
    .poll(async () => parsed(await (await fetch(`${url}/metrics`)).text()).get(refusal), { interval: 1_100 })
    .toBe(1);
  await pause(2_200);

  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  const values = parsed(text);
  const count = load.messages.length;
  // The one of the first start is good for years.
  expect(values.get('vmsmail_tls_certificate_expiry_timestamp_seconds')).toBeGreaterThan(
    Date.now() / 1_000 + 365 * 86_400,
  );
  expect(Object.fromEntries(values)).toMatchObject({
    vmsmail_queue_manager_up: 1,
    vmsmail_queue_manager_running: 1,
    vmsmail_queue_store_up: 1,
    vmsmail_queue_submissions_total: count,
    vmsmail_queue_completed_total: count,
    'vmsmail_queue_recipient_attempts_total{outcome="delivered"}': count,
    'vmsmail_queue_recipient_attempts_total{outcome="returned"}': 0,
    'vmsmail_queue_entry_duration_seconds_bucket{le="+Inf"}': count,
    vmsmail_queue_entry_duration_seconds_count: count,
    'vmsmail_queue_entries{queue="TCPIP$SMTP_HEARTS_00",state="pending"}': 0,
    'vmsmail_queue_oldest_entry_age_seconds{state="pending"}': 0,
    'vmsmail_service_listening{service="SMTP"}': 1,
    'vmsmail_service_connections_accepted_total{service="SMTP"}': 3,
    'vmsmail_smtp_refusals_total{code="550",reason="5.1.1"}': 2,
    'vmsmail_smtp_refusals_total{code="553",reason="Unqualified-Sender"}': 1,
    'vmsmail_smtp_refusals_total{code="503",reason="5.5.1"}': 1,
    // %QMAN-E-SYMDEL
    'vmsmail_operator_messages_total{severity="error"}': 1,
    'vmsmail_operator_messages_total{severity="fatal"}': 0,
    'vmsmail_process_restarts_total{process="SYMBIONT_1",image="smtp-symbiont"}': 1,
    'vmsmail_process_restarts_total{process="TCPIP$SMTP_1",image="smtp-receiver"}': 0,
    'vmsmail_process_up{process="METRICS",image="metrics"}': 1,
  });
  expect(values.get('vmsmail_queue_commit_duration_seconds_count')).toBeGreaterThan(0);
  expect(
    values.get('vmsmail_process_cpu_seconds_total{process="SYMBIONT_1",image="smtp-symbiont"}'),
  ).toBeGreaterThan(0);
  expect(
    values.get('vmsmail_process_resident_memory_bytes{process="QUEUE_MANAGER",image="queue-manager"}'),
  ).toBeGreaterThan(1e7);

  const { error, status, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  if (error === undefined) expect(`${status} ${stderr}`).toBe('0 ');
  else console.warn('SKIPPED: promtool is not here; the metrics were not checked by Prometheus itself');

  // What the receivers refused came to the accounting file by way of the queue manager's process.
  const accounting = readFileSync(join(node.root, 'SYSMGR', 'ACCOUNTNG.DAT'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(accounting.map((each) => JSON.parse(each))).toMatchObject([
    { type: 'USER', userName: 'TCPIP$SMTP', message: 'Client 127.0.0.1 refused: Unqualified-Sender' },
  ]);

  // The journal has the same messages.
  const journal = readFileSync(node.paths.messageJournal, 'utf8').trimEnd().split('\n');
  const events = journal.map(
    (each) => JSON.parse(each) as { event: string; entry: number; outcome?: string },
  );
  const entriesOf = (event: string): readonly number[] =>
    events
      .filter((each) => each.event === event)
      .map(({ entry }) => entry)
      .sort((a, b) => a - b);
  expect(entriesOf('accepted').length).toBe(count);
  expect(entriesOf('completed')).toEqual(entriesOf('accepted'));
  expect(entriesOf('attempt')).toEqual(entriesOf('accepted'));

  const health = await fetch(`${url}/health`);
  expect([health.status, await health.json()]).toEqual([200, { status: 'ok', reasons: [] }]);
  expect((await fetch(`${url}/`)).status).toBe(404);
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
  for (const address of elsewhere()) expect(await isOpen(address, port), address).toBe(false);

  const { processes } = await node.whole();
  const queueManager = processes.find(({ image }) => image === 'queue-manager')!.pid;
  process.kill(queueManager, 'SIGSTOP');
  try {
    await pause(1_100);
    const failing = await fetch(`${url}/health`);
    expect([failing.status, await failing.json()]).toEqual([
      503,
      { status: 'failing', reasons: ['the queue manager does not answer'] },
    ]);
    expect(parsed(await (await fetch(`${url}/metrics`)).text()).get('vmsmail_queue_manager_up')).toBe(0);
  } finally {
    process.kill(queueManager, 'SIGCONT');
  }
  await node.stop();

  // It is kept until it is told otherwise.
  expect((await node.start()).stdout).toContain(`127.0.0.1:${port}`);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  await node.stop();
  expect((await startWith(node, ['--metrics', '0'])).stdout).not.toContain('/metrics');
  await expect(fetch(`${url}/health`)).rejects.toThrow();
  await node.stop();
  const taken = await startWith(node, ['--metrics', String(node.smtpPort)]);
  expect(`${taken.status} ${taken.stderr}`).toMatch(
    new RegExp(`^1 vmsmail: .*port ${node.smtpPort} of --metrics is in use`),
  );
}, 60_000);

const elsewhere = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((each) =>
    (each ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => address),
  );

const isOpen = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const end = (isConnected: boolean): void => {
      socket.destroy();
      resolve(isConnected);
    };
    socket
      .on('connect', () => end(true))
      .on('error', () => end(false))
      .on('timeout', () => end(false));
  });

/** A client that does everything wrong. */
async function refused(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (data: Buffer) => {
    heard += data.toString();
  });
  const ended = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  for (const [line, code] of [
    ['', 220],
    ['DATA', 503],
    ['HELO x.example', 250],
    ['MAIL FROM:<sender@hearts.example>', 250],
    ['RCPT TO:<nobody@hearts.example>', 550],
    ['RCPT TO:<noone@hearts.example>', 550],
    ['RSET', 250],
    ['MAIL FROM:<unqualified>', 553],
  ] as const) {
    heard = '';
    if (line !== '') socket.write(`${line}\r\n`);
    for (const deadline = Date.now() + 5_000; !heard.endsWith('\r\n') && Date.now() < deadline; )
      await pause(5);
    expect(heard.slice(0, 3)).toBe(String(code));
  }
  socket.end();
  await ended;
}

test('a queue manager that an operator has stopped is told from one that does not answer', async () => {
  await using node = await createProcessNode({ users: [] });
  const port = await freePort();
  const started = await startWith(node, ['--metrics', String(port)]);
  expect(`${started.status} ${started.stderr}`).toBe('0 ');
  const operate = (command: string) => vmsmail(['dcl', '--root', node.root, '--user', 'SYSTEM', command]);
  expect((await operate('STOP/QUEUE/MANAGER')).status).toBe(0);

  const shown = await vmsmail(['status', '--root', node.root]);
  expect(`${shown.status} ${shown.stderr}`).toBe('0 ');
  expect(shown.stdout).toMatch(/^QUEUE_MANAGER +queue-manager +\d+ +running$/m);
  expect(shown.stdout).toMatch(/\n\nThe queue manager is stopped: .*START\/QUEUE\/MANAGER.*\n$/);
  const json = await vmsmail(['status', '--json', '--root', node.root]);
  expect(JSON.parse(json.stdout)).toMatchObject({ node: 'HEARTS', queueManager: 'stopped', queues: [] });
  const url = `http://127.0.0.1:${port}`;
  const metrics = parsed(await (await fetch(`${url}/metrics`)).text());
  expect(metrics.get('vmsmail_queue_manager_up')).toBe(1);
  expect(metrics.get('vmsmail_queue_manager_running')).toBe(0);
  const health = await fetch(`${url}/health`);
  expect(health.status).toBe(503);
  expect(await health.text()).toContain('an operator has stopped the queue manager');

  expect((await operate('START/QUEUE/MANAGER')).status).toBe(0);
  expect((await node.status())?.queueManager).toBe('running');
  await vi.waitFor(async () => expect((await fetch(`${url}/health`)).status).toBe(200), 10_000);
});
