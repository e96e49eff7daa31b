/** TCPIP$INETACP: listens for the enabled services and hands each connection to a process. */
export { createAccessRules } from './access-rules.ts';
export { type Activate, createActivation, type ProcedureRequest, type RunProcedure } from './activation.ts';
export { createAuxiliaryServer, type ServiceState } from './auxiliary-server.ts';
export { defaultServices } from './default-services.ts';
