/** TCPIP$POP_1: the process that serves all POP connections. */
import { serveMailAccess } from './parts/mail-access-process.ts';
import { createPopPart } from './parts/pop-part.ts';

await serveMailAccess('TCPIP$POP', createPopPart);
