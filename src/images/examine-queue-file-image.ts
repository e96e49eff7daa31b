/** ANALYZE MAIL's look at a file of the queue, named as its argument; what it finds goes to standard output as JSON. Changes nothing. */
import { examineQueueFile } from '../adapters/sqlite/queue-store/index.ts';
import { reasonOf } from '../condition/index.ts';

try {
  process.stdout.write(JSON.stringify(examineQueueFile(process.argv[2] ?? '')));
} catch (error) {
  process.stderr.write(reasonOf(error));
  process.exitCode = 1;
}
