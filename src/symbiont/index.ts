/** The SMTP symbiont. */
export { defaultSymbiontSettings, type SendTimeouts, type SymbiontSettings } from './settings.ts';
export { createSymbiont, type Symbiont, type SymbiontDependencies } from './symbiont.ts';
