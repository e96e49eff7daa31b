/**
 * What a site wants done when a node starts: SYS$SYSTEM:STARTUP.COM, as SYSTEM, in a process like that of a batch job. Where the site has
 * no procedure for it nothing is begun. The node does not wait: what such a procedure does not do is no reason not to take mail.
 * Source: tcpip-smtp.md §2.7, §4, §7.2.
 */
import { Condition, isSuccess, RMS, SYSTEM } from '../condition/index.ts';
import type { BatchProcesses, StartedJob } from '../ports/batch.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import { STARTUP_ENTRY } from '../system/batch-process-name.ts';

/** What STARTUP.COM looks for. */
const siteProcedures = [
  'DKA0:[SYSMGR]SYSTARTUP_VMS.COM',
  'DKA0:[SYS$STARTUP]TCPIP$IMAP_SYSTARTUP.COM',
  'DKA0:[SYS$STARTUP]TCPIP$POP_SYSTARTUP.COM',
  'DKA0:[SYS$STARTUP]TCPIP$SMTP_SYSTARTUP.COM',
];

const LOG = 'SYS$MANAGER:STARTUP.LOG';

const startup: StartedJob = {
  entry: STARTUP_ENTRY,
  queueName: '',
  jobName: 'STARTUP',
  userName: 'SYSTEM',
  batch: {
    files: ['SYS$SYSTEM:STARTUP.COM'],
    parameters: [],
    logSpecification: LOG,
    keep: true,
    printQueue: '',
    notify: false,
    restart: false,
    retain: 'default',
    note: '',
  },
};

/** @returns ends what still runs of it, when the node stops; never rejects */
export async function runSiteStartup(
  processes: BatchProcesses,
  files: Pick<FileSystem, 'lookup'>,
  operator: Pick<OperatorCommunication, 'operatorMessage'>,
): Promise<() => Promise<void>> {
  const found = await Promise.all(siteProcedures.map((name) => isThere(files, name)));
  if (!found.includes(true)) return async () => {};
  let isStopping = false;
  const running = processes.run(startup, () => {});
  const over = running.ended.then((end) => {
    if (isStopping || (end.kind === 'completed' && isSuccess(end.status))) return;
    operator.operatorMessage('CENTRAL', 'JOB_CONTROL', `SYS$SYSTEM:STARTUP.COM failed, see ${LOG}`);
  });
  return async () => {
    isStopping = true;
    running.abort(SYSTEM.ABORT.value);
    await over;
  };
}

async function isThere(files: Pick<FileSystem, 'lookup'>, name: string): Promise<boolean> {
  try {
    await files.lookup(name);
    return true;
  } catch (error) {
    const isMissing =
      error instanceof Condition && (error.value === RMS.FNF.value || error.value === RMS.DNF.value);
    // What else there is to say of it the log says.
    return !isMissing;
  }
}
