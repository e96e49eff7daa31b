/**
 * Entry point of the host command. Compiled code is kept from one start to the next before anything large is loaded:
 * a prompt comes up fast. DESIGN §5.
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { runProgram } = await import('./host-command/program.ts');
await runProgram();
