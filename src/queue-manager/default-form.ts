/** The form everybody has, and the name of the one queue manager. Source: queues.md §3, §12; DEFINE/FORM. */
import type { Form } from '../ports/queue-definitions.ts';

export const defaultForm: Form = {
  name: 'DEFAULT',
  number: 0,
  stock: 'DEFAULT',
  description: 'System-defined default',
  /** Lines and columns. */
  length: 66,
  width: 132,
  margins: { top: 0, bottom: 6, left: 0, right: 0 },
  truncate: true,
  wrap: false,
  sheetFeed: false,
  setup: [],
  pageSetup: [],
};

export const QUEUE_MANAGER_NAME = 'SYS$QUEUE_MANAGER';
export const QUEUE_DIRECTORY = 'SYS$COMMON:[SYSEXE]';
