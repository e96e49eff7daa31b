/** BATCH_n or SYMBIONT_n: one batch or print job, started by the queue manager for it alone. */
import { processLog } from '../adapters/node/process-log.ts';
import { watchParent } from '../adapters/node/sign-of-life.ts';
import { tellParent } from '../adapters/node/tell-parent.ts';
import type { ServiceState } from '../auxiliary-server/index.ts';
import { failureFields, SYSTEM } from '../condition/index.ts';
import type { JobEnd, RunningJob, StartedJob } from '../ports/batch.ts';
import { type BatchOrder, type BatchReport, jobProcessName } from './batch-processes.ts';
import { configurationFromArguments } from './node-configuration.ts';
import { packageVersion } from './package-version.ts';
import { runBatchJob } from './parts/batch-part.ts';
import { currentSettings } from './parts/current-settings.ts';
import { createMailPart, openNodeMailStore } from './parts/mail-part.ts';
import { type NodeProcess, openNodeProcess } from './parts/node-process.ts';
import { runPrintJob } from './parts/print-part.ts';
import { waitForResume } from './suspended.ts';

/** With the condition value the job is stopped with. */
const aborting = new AbortController();
let printing: RunningJob | undefined;
/** A print job may be paused before it has begun to print. */
let isPausing = false;
const send = (report: BatchReport): void => tellParent(report);
const onQuestion = watchParent(
  () => send({ kind: 'alive' }),
  () => process.exit(1),
);
const ordered = new Promise<StartedJob>((resolve) => {
  let isPrintJob = false;
  process.on('message', (order: BatchOrder) => {
    switch (order.kind) {
      case 'run':
        isPrintJob = order.job.output !== undefined;
        return resolve(order.job);
      case 'abort':
        return aborting.abort(order.status);
      case 'pause':
        if (!isPrintJob) return waitForResume();
        isPausing = true;
        return printing?.pause?.();
      case 'resume':
        isPausing = false;
        return printing?.resume?.(order.position);
      case 'alive?':
        return onQuestion(order);
    }
  });
});
process.on('SIGTERM', () => aborting.abort(SYSTEM.ABORT.value));
// Ctrl/C at the terminal reaches the whole group: the parent decides what ends.
process.on('SIGINT', () => {});
// The queue manager is gone, and its successor starts the job again or gives it up.
const onDisconnect = (): never => process.exit(1);
process.on('disconnect', onDisconnect);

const configuration = configurationFromArguments(process.argv);
const job = await ordered;
const name = jobProcessName(job);
try {
  const node = await openNodeProcess(configuration, name);
  void node.client.closed.then(onDisconnect);
  const end = await (job.output === undefined ? batch(node) : print(node));
  process.send?.({ kind: 'ended', end } satisfies BatchReport, () => process.exit(0));
} catch (error) {
  processLog(name).error(failureFields(error), 'a job could not be begun');
  process.exit(1);
}

async function batch(node: NodeProcess): Promise<JobEnd> {
  send({ kind: 'phase', phase: 'running' });
  const store = openNodeMailStore(node.context);
  const mail = createMailPart(node.context, store, await currentSettings(node.context.systemStore));
  const session = {
    serviceStates: async () => (await node.client.call('serviceStates', {})) as readonly ServiceState[],
    version: packageVersion(),
  };
  return runBatchJob({ context: node.context, mail, session }, job, aborting.signal);
}

function print({ context }: NodeProcess): Promise<JobEnd> {
  printing = runPrintJob(context, job, (phase) => send({ kind: 'phase', phase }));
  if (isPausing) printing.pause?.();
  const { signal } = aborting;
  if (signal.aborted) printing.abort(signal.reason as number);
  signal.addEventListener('abort', () => printing?.abort(signal.reason as number));
  return printing.ended;
}
