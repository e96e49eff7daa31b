export { failureStatus, printJob } from './print-job.ts';
export { PrintSuspension } from './suspension.ts';
export { watchedPrinter } from './watched-printer.ts';
