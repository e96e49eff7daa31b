/** The SMTP symbiont. */
export type { OutgoingFields } from './remote/outgoing-fields.ts';
export type { SymbiontSettings } from './settings.ts';
export { createSymbiont, type Symbiont } from './symbiont.ts';
