/** TCPIP$INETACP: listens for the enabled services and hands each connection to a process. */
export { createAccessRules } from './access-rules.ts';
export {
  type Activate,
  type ActivationDependencies,
  createActivation,
  type ProcedureRequest,
  type RunProcedure,
} from './activation.ts';
export {
  type AuxiliaryServer,
  type AuxiliaryServerDependencies,
  createAuxiliaryServer,
  type ServiceState,
} from './auxiliary-server.ts';
export { defaultServices } from './default-services.ts';
export { AUXS } from './messages.ts';
