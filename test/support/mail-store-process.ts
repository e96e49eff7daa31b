/** A process of its own that delivers into, moves in, reads and empties SMITH's mail file: `FILE TEXTDIR NUMBER ROUNDS`. */
import { openMailStore } from '../../src/adapters/sqlite/mail-store/index.ts';
import { everyId } from '../../src/ports/mail-store.ts';

const [file = '', textDirectory = '', number = '', rounds = ''] = process.argv.slice(2);
const store = openMailStore({ file, textDirectory });
const { id } = await store.createMailFile('SMITH', 'MAIL.MAI');
const text = { kind: 'inline', bytes: Buffer.from('hello\n') } as const;
let purged = 0;
for (let round = 0; round < Number(rounds); round++) {
  const message = (key: string) => ({
    deliveryKey: key,
    owner: 'SMITH',
    folder: 'NEWMAIL',
    isNew: true,
    receivedAt: round,
    from: 'JONES',
    to: 'SMITH',
    cc: '',
    subject: key,
    text,
    format: 'records' as const,
  });
  // Both processes deliver `shared:n`; one of them does it.
  await store.deliver([message(`${number}:${round}`), message(`shared:${round}`)]);
  const ids = [...(await everyId(store.select(id, 'NEWMAIL')))].slice(0, 4);
  await store.move(id, ids.slice(0, 2), 'NEWMAIL', 'WASTEBASKET');
  await store.setFlags(id, ids.slice(2), { new: false });
  await store.moveRead(id, 'NEWMAIL', 'MAIL');
  if (round % 10 === 0) purged += (await store.purge(id, 'WASTEBASKET')).messages;
}
await store.close();
process.stdout.write(String(purged));
