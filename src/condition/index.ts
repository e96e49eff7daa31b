export * from './condition.ts';
export { RMS, SYSTEM } from './system-messages.ts';
