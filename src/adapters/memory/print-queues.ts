/** Print queues that keep what they are given: for tests of what a program makes of them. */
import { condition, JBC } from '../../condition/index.ts';
import type { PrintParameters, PrintQueues } from '../../ports/print-queues.ts';

export interface PrintedJob {
  readonly entry: number;
  readonly queueName: string;
  readonly userName: string;
  readonly parameters: PrintParameters;
  readonly records: readonly string[];
}

export interface MemoryPrintQueues extends PrintQueues {
  /** Jobs that were closed, in that order. */
  readonly jobs: readonly PrintedJob[];
}

/** @param names  queues there are; each takes the form DEFAULT */
export function createMemoryPrintQueues(names: readonly string[]): MemoryPrintQueues {
  const jobs: PrintedJob[] = [];
  let lastEntry = 122;
  const checkForm = ({ form = 'DEFAULT' }: PrintParameters): void => {
    if (form !== 'DEFAULT') throw condition(JBC.NOSUCHFORM);
  };
  return {
    jobs,
    async createJob(queueName, userName, given) {
      if (!names.includes(queueName)) throw condition(JBC.NOSUCHQUE);
      checkForm(given);
      lastEntry += 1;
      const entry = lastEntry;
      const records: string[] = [];
      let parameters = given;
      return {
        entry,
        queueName,
        write: async (record) => void records.push(record),
        async alter(changes) {
          checkForm(changes);
          parameters = { ...parameters, ...changes };
        },
        close: async () => void jobs.push({ entry, queueName, userName, parameters, records }),
        cancel: async () => undefined,
      };
    },
  };
}
