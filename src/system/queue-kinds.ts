/** What the kinds of queues are, and the words of displays for them. Source: queues.md §1, §8.1. */
import type { QueueKind } from '../ports/queue-manager.ts';

export interface KindOfQueue {
  /** First words of a queue line. */
  readonly words: string;
  /** It runs nothing itself. */
  readonly isGeneric: boolean;
  readonly isBatch: boolean;
  /** Of output queues: keyword of /DEVICE. */
  readonly device?: 'PRINTER' | 'SERVER' | 'TERMINAL';
  /** State of a job that runs in it. */
  readonly running: 'Executing' | 'Printing' | 'Processing';
}

export const queueKinds: Readonly<Record<QueueKind, KindOfQueue>> = {
  batch: { words: 'Batch queue', isGeneric: false, isBatch: true, running: 'Executing' },
  genericBatch: { words: 'Generic batch queue', isGeneric: true, isBatch: true, running: 'Executing' },
  printer: {
    words: 'Printer queue',
    isGeneric: false,
    isBatch: false,
    device: 'PRINTER',
    running: 'Printing',
  },
  genericPrinter: {
    words: 'Generic printer queue',
    isGeneric: true,
    isBatch: false,
    device: 'PRINTER',
    running: 'Printing',
  },
  terminal: {
    words: 'Terminal queue',
    isGeneric: false,
    isBatch: false,
    device: 'TERMINAL',
    running: 'Printing',
  },
  genericTerminal: {
    words: 'Generic terminal queue',
    isGeneric: true,
    isBatch: false,
    device: 'TERMINAL',
    running: 'Printing',
  },
  server: {
    words: 'Server queue',
    isGeneric: false,
    isBatch: false,
    device: 'SERVER',
    running: 'Processing',
  },
  genericServer: {
    words: 'Generic server queue',
    isGeneric: true,
    isBatch: false,
    device: 'SERVER',
    running: 'Processing',
  },
};

/** A logical queue passes its jobs on to the one it is assigned to, whatever it was made as. */
export const passesOn = (queue: {
  readonly kind: QueueKind;
  readonly properties?: { readonly assignedTo?: string | undefined } | undefined;
}): boolean => queueKinds[queue.kind].isGeneric || queue.properties?.assignedTo !== undefined;
