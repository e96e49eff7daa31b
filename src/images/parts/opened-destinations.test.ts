import { expect, test } from 'vitest';
import { condition, JBC } from '../../condition/index.ts';
import { silentLog } from '../../ports/log.ts';
import { createOpenedDestinations } from './opened-destinations.ts';

test('what could not be sent while the queue manager was stopped is sent later, and once', async () => {
  let isStopped = true;
  const sent: (string | undefined)[] = [];
  const errors: unknown[] = [];
  const opened = createOpenedDestinations({
    queueManager: {
      async sendMail({ destination }) {
        if (isStopped) throw condition(JBC.JOBQUEDIS);
        sent.push(destination);
        return 1;
      },
    },
    log: { ...silentLog, error: (fields) => void errors.push(fields) },
  });
  await opened.send();
  opened.add(['far.example', 'near.example']);
  await opened.send();
  expect(sent).toEqual([]);
  isStopped = false;
  await opened.send();
  await opened.send();
  expect(sent).toEqual(['far.example', 'near.example']);
  expect(errors).toEqual([]);
});
