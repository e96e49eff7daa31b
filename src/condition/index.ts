export * from './condition.ts';
export { JBC } from './job-controller-messages.ts';
export { RMS, SYSTEM } from './system-messages.ts';
