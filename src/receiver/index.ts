export { serveConnection } from './receiver.ts';
export { defaultReceiverSettings, type ReceiverSettings } from './receiver-settings.ts';
export type { Peer, ReceiverDependencies } from './session.ts';
