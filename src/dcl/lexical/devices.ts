/** F$GETDVI, F$DEVICE: disks, terminals, the null device and the connection of a network process. Source: dcl.md §16.5. */
import { Condition, SYSTEM } from '../../condition/index.ts';
import { matchesWildcard } from '../../file-specification/index.ts';
import { badKeyword, integer, keyword, text, truth } from './arguments.ts';
import { deviceItems } from './device-items.ts';
import { allDevices, type DeviceClass, deviceClasses, findDevice } from './device-list.ts';
import { keepContext } from './kept-contexts.ts';
import type { LexicalContext, LexicalFunction } from './lexical-function.ts';

export const deviceLexicals: readonly LexicalFunction[] = [
  {
    name: 'F$GETDVI',
    minimum: 2,
    maximum: 3,
    asynchronous: true,
    evaluate: async (args, context) => {
      const item = keyword(args, 1);
      const answer = Object.hasOwn(deviceItems, item) ? deviceItems[item] : undefined;
      if (answer === undefined && item !== 'EXISTS') throw badKeyword(item);
      const device = await findDevice(text(args, 0), context.process);
      if (answer === undefined) return truth(device !== undefined);
      if (device === undefined) throw new Condition(SYSTEM.NOSUCHDEV);
      return answer(device, context);
    },
  },
  {
    name: 'F$DEVICE',
    minimum: 0,
    maximum: 4,
    asynchronous: true,
    evaluate: async (args, context) => {
      const wanted = keyword(args, 1);
      if (wanted !== '' && !isDeviceClass(wanted)) throw badKeyword(wanted);
      const pattern = keyword(args, 0) || '*';
      return nextDevice(
        { pattern, class: wanted, type: keyword(args, 2), stream: integer(args, 3) },
        context,
      );
    },
  },
];

const isDeviceClass = (word: string): word is DeviceClass => Object.hasOwn(deviceClasses, word);

interface DeviceSearch {
  readonly pattern: string;
  readonly class: string;
  readonly type: string;
  readonly stream: number;
}

const PREFIX = 'F$DEVICE ';

interface Stream {
  readonly what: string;
  readonly left: string[];
}

/** A stream goes on as long as it is asked for the same devices; behind the last one it is over. */
async function nextDevice(search: DeviceSearch, { contexts, process }: LexicalContext): Promise<string> {
  const key = `${PREFIX}${search.stream}`;
  const what = `${search.pattern} ${search.class} ${search.type}`;
  let stream = contexts.get(key) as Stream | undefined;
  if (stream?.what !== what) {
    const pattern = search.pattern.replace(/^_/, '').replace(/:$/, '');
    const found = (await allDevices(process)).filter(
      (each) =>
        matchesWildcard(pattern, each.name) &&
        (search.class === '' || each.class === search.class) &&
        (search.type === '' || each.typeName.toUpperCase() === search.type),
    );
    stream = { what, left: found.map(({ name }) => `_${name}:`) };
    keepContext(contexts, PREFIX, search.stream, stream);
  }
  const next = stream.left.shift();
  if (next === undefined) contexts.delete(key);
  return next ?? '';
}
