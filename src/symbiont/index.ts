/** The SMTP symbiont. */
export type { OutgoingFields } from './remote/outgoing-fields.ts';
export { defaultSymbiontSettings, type SendTimeouts, type SymbiontSettings } from './settings.ts';
export { createSymbiont, type Symbiont, type SymbiontDependencies } from './symbiont.ts';
