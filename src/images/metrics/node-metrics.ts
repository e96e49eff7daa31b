/** The metrics of a node: one table of names, units and meanings. docs/operator.md explains them. */
import type { NodeStatus } from '../node-status.ts';
import type { Metric, Sample } from './exposition.ts';
import type { NodeReport, Observation, ProcessUse } from './observation.ts';

export function metricsOf(observation: Observation): readonly Metric[] {
  const { report, oldest, space, at } = observation;
  const age = (since: number | undefined): number =>
    since === undefined ? 0 : Math.max(0, (at - since) / 1_000);
  return [
    gauge('vmsmail_queue_manager_up', 'Whether the queue manager answered within three seconds.', [
      { value: Number(report !== undefined) },
    ]),
    gauge(
      'vmsmail_queue_oldest_entry_age_seconds',
      'Time since the submission of the oldest entry, by state; 0 without any.',
      oldest === undefined
        ? []
        : [
            { labels: { state: 'pending' }, value: age(oldest.pending) },
            { labels: { state: 'holding_until' }, value: age(oldest.holdingUntil) },
          ],
    ),
    gauge('vmsmail_filesystem_free_bytes', 'Space the node may still use on the file system of its root.', [
      { value: space.freeBytes },
    ]),
    gauge('vmsmail_filesystem_size_bytes', 'Size of the file system of the root.', [
      { value: space.sizeBytes },
    ]),
    ...(report === undefined ? [] : metricsOfReport(report, observation)),
  ];
}

function metricsOfReport(report: NodeReport, { uses }: Observation): readonly Metric[] {
  const { status, statistics, services } = report;
  return [
    gauge('vmsmail_info', 'Version and name of the node.', [
      { labels: { version: status.version, node: status.node }, value: 1 },
    ]),
    gauge('vmsmail_queue_manager_running', 'Whether no operator has stopped the queue manager.', [
      { value: Number(status.queueManager === 'running') },
    ]),
    gauge('vmsmail_queue_store_up', 'Whether the last commit of the queue database succeeded.', [
      { value: Number(!statistics.isStoreFailing) },
    ]),
    gauge(
      'vmsmail_tls_certificate_expiry_timestamp_seconds',
      'When the certificate in force ends, in seconds since 1970.',
      report.certificateEnds === undefined ? [] : [{ value: report.certificateEnds / 1_000 }],
    ),
    gauge('vmsmail_queue_entries', 'Entries, by queue and state.', status.queues.flatMap(entriesOf)),
    counter('vmsmail_queue_submissions_total', 'Messages taken into the queue.', [
      { value: statistics.submissions },
    ]),
    counter('vmsmail_queue_bounces_total', 'Messages that returned mail to its sender.', [
      { value: statistics.bounces },
    ]),
    counter('vmsmail_queue_completed_total', 'Entries of which nothing was left to do.', [
      { value: statistics.completed },
    ]),
    counter(
      'vmsmail_queue_recipient_attempts_total',
      'Attempts for a recipient, by how they ended.',
      Object.entries(statistics.recipients).map(([outcome, value]) => ({ labels: { outcome }, value })),
    ),
    histogram('vmsmail_queue_entry_duration_seconds', 'From the submission of an entry to its end.', [
      { value: statistics.entrySeconds },
    ]),
    histogram('vmsmail_queue_commit_duration_seconds', 'Duration of commits of the queue database.', [
      { value: statistics.commitSeconds },
    ]),
    gauge(
      'vmsmail_service_listening',
      'Whether a service listens.',
      services.map(({ service, listening }) => ({ labels: { service }, value: Number(listening) })),
    ),
    gauge(
      'vmsmail_service_connections',
      'Connections in hand.',
      status.services.map(({ service, active }) => ({ labels: { service }, value: active })),
    ),
    counter(
      'vmsmail_service_connections_accepted_total',
      'Connections taken.',
      services.map(({ service, total }) => ({ labels: { service }, value: total })),
    ),
    counter(
      'vmsmail_service_connections_rejected_total',
      'Connections refused: limit or access list.',
      services.map(({ service, rejected }) => ({ labels: { service }, value: rejected })),
    ),
    counter(
      'vmsmail_smtp_refusals_total',
      'Negative replies to SMTP clients, by code and by rule of the policy or enhanced status code.',
      Object.entries(report.refusals).map(([key, value]) => {
        const [code = '', reason = ''] = key.split(' ');
        return { labels: { code, reason }, value };
      }),
    ),
    counter(
      'vmsmail_operator_messages_total',
      'What OPCOM told operators, by the severity of its message code; none: plain text.',
      Object.entries(report.operatorMessages).map(([severity, value]) => ({ labels: { severity }, value })),
    ),
    counter(
      'vmsmail_process_restarts_total',
      'How often a process of the node ended and was started again.',
      status.processes.flatMap(({ name, image, restarts }) =>
        restarts === undefined ? [] : [{ labels: { process: name, image }, value: restarts }],
      ),
    ),
    gauge(
      'vmsmail_process_up',
      'Whether a process of the node runs; 0 while it waits for its restart.',
      status.processes.map(({ name, image, state }) => ({
        labels: { process: name, image },
        value: Number(state === 'running'),
      })),
    ),
    gauge(
      'vmsmail_process_resident_memory_bytes',
      'Memory of a process.',
      usesOf(status, uses, ({ residentBytes }) => residentBytes),
    ),
    counter(
      'vmsmail_process_cpu_seconds_total',
      'Processor time of a process.',
      usesOf(status, uses, ({ cpuSeconds }) => cpuSeconds),
    ),
  ];
}

const entriesOf = ({ name, pending, holding, executing, retained }: NodeStatus['queues'][number]): Sample[] =>
  Object.entries({ pending, holding, executing, retained }).map(([state, value]) => ({
    labels: { queue: name, state },
    value,
  }));

const usesOf = (
  { processes }: NodeStatus,
  uses: ReadonlyMap<number, ProcessUse>,
  value: (use: ProcessUse) => number,
): Sample[] =>
  processes.flatMap(({ name, image, pid }) => {
    const use = pid === undefined ? undefined : uses.get(pid);
    return use === undefined ? [] : [{ labels: { process: name, image }, value: value(use) }];
  });

const metric =
  (type: Metric['type']) =>
  (name: string, help: string, samples: readonly Sample[]): Metric => ({ name, type, help, samples });
const gauge = metric('gauge');
const counter = metric('counter');
const histogram = metric('histogram');
