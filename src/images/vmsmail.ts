/** Entry point of the host command. DESIGN §6 */
import { runProgram } from './host-command/program.ts';

void runProgram();
