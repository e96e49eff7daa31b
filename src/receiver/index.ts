export { AccountingBuffer } from './accounting-buffer.ts';
export { ClientRates } from './client-rates.ts';
export { Crowd } from './crowd.ts';
export { PolicyEvents } from './policy-event.ts';
export { serveConnection } from './receiver.ts';
export { createReceiverImage } from './receiver-image.ts';
export { defaultReceiverSettings, type ReceiverSettings } from './receiver-settings.ts';
export { addRefusals, RefusalCounter, type RefusalCounts } from './refusal-counts.ts';
export type { ReceiverDependencies } from './session.ts';
