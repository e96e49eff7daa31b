export * from './condition.ts';
export { failureFields } from './failure-fields.ts';
export { JBC } from './job-controller-messages.ts';
export { reasonOf } from './reason-of.ts';
export { RMS, SYSTEM } from './system-messages.ts';
