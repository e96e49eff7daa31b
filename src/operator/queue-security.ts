/**
 * SET SECURITY/CLASS=QUEUE and SHOW SECURITY/CLASS=QUEUE: owner, protection and access list of queues. Other objects are files, and
 * the commands without /CLASS are theirs: dcl/. Source: queues.md §14; DCL Dictionary.
 */
import { DCL, defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { Condition, condition, conditionLines, SYSTEM, signal } from '../condition/index.ts';
import type { QueueAce, QueueInfo, QueueManager, QueueSettings } from '../ports/queue-manager.ts';
import { JBC } from '../queue-manager/messages.ts';
import type { VerbContext } from '../system/image.ts';
import { uicOf } from '../system/owner-uic.ts';
import { callerOf } from '../system/queue-requests.ts';
import type { OperatorDeps } from './deps.ts';
import { SET } from './messages.ts';
import { aceText, checkIdentifiers, isSameAce, parseAcl } from './queue-ace.ts';
import { changeQualifiers, protectionOf } from './queue-settings.ts';
import { queueName } from './show-queue.ts';

const parameters = [
  { label: 'QUEUE_NAME', prompt: 'Queue', required: true, value: { type: '$QUEUE', list: true } },
] as const;

const classQualifier = (verb: string) =>
  ({
    negatable: false,
    value: { required: true, keywords: { FILE: { syntax: verb }, QUEUE: {} } },
    summary: 'QUEUE; FILE without a word',
  }) as const;

export const queueSecurityVerbs = (deps: OperatorDeps) => [
  defineVerb<VerbContext>({
    name: 'SET SECURITY/CLASS',
    summary: 'Changes owner, protection and access list of queues.',
    source: 'DCL Dictionary, SET SECURITY',
    parameters,
    qualifiers: {
      ACL: {
        negatable: false,
        value: { list: true },
        summary:
          'these entries in front of the list: (IDENTIFIER=name[+name],ACCESS=READ+SUBMIT+MANAGE+DELETE)',
      },
      CLASS: classQualifier('SET SECURITY'),
      DELETE: {
        negatable: false,
        value: { keywords: { ALL: {} } },
        summary: 'of the access list: the entries of /ACL, or all',
      },
      LOG: { summary: 'say which queues were changed' },
      OWNER: { negatable: false, value: { required: true }, summary: 'whose queue it is' },
      PROTECTION: { ...changeQualifiers.PROTECTION, summary: 'a class without a word stays as it is' },
    },
    disallow: ['DELETE AND NOT ACL', 'NOT (ACL OR OWNER OR PROTECTION)'],
    routine: (command, context) => setSecurity(command, context, deps),
  }),
  defineVerb<VerbContext>({
    name: 'SHOW SECURITY/CLASS',
    summary: 'Shows owner, protection and access list of queues.',
    source: 'DCL Dictionary, SHOW SECURITY',
    parameters,
    qualifiers: { CLASS: classQualifier('SHOW SECURITY') },
    async routine(command, context) {
      for (const queue of await namedQueues(await deps.queueManager(), command, context))
        for (const line of securityLines(queue)) await context.output.writeLine(line);
      return SYSTEM.NORMAL.value;
    },
  }),
];

async function setSecurity(
  command: ParsedCommand,
  context: VerbContext,
  { queueManager, systemStore }: OperatorDeps,
): Promise<number> {
  const acl = parseAcl(command.values('ACL'));
  if (!command.present('DELETE')) {
    // A list of nothing changes nothing.
    if (command.present('ACL') && acl.length === 0) throw new Condition(DCL.CONFLICT);
    await checkIdentifiers(acl, await systemStore());
  }
  const manager = await queueManager();
  for (const queue of await namedQueues(manager, command, context)) {
    const settings = await securitySettings(command, context, queue, acl);
    await manager.setQueue(queue.name, settings, callerOf(context));
    if (!command.present('LOG')) continue;
    for (const line of conditionLines(condition(SET.MODIFIED, queue.name)))
      await context.error.writeLine(line);
  }
  return SYSTEM.NORMAL.value;
}

async function securitySettings(
  command: ParsedCommand,
  { process }: VerbContext,
  { protection, properties }: QueueInfo,
  given: readonly QueueAce[],
): Promise<QueueSettings> {
  const owner = command.value('OWNER');
  const before = properties?.acl ?? [];
  return {
    ...(command.present('PROTECTION') ? { protection: protectionOf(command, protection) } : {}),
    ...(owner === undefined
      ? {}
      : { ownerUic: await uicOf(owner, process), owner: owner.replace(/^\[(.*)\]$/, '$1').toUpperCase() }),
    ...(command.present('ACL')
      ? { acl: command.present('DELETE') ? without(before, given) : [...given, ...without(before, given)] }
      : {}),
  };
}

/** Nothing named: all of them go. */
const without = (acl: readonly QueueAce[], given: readonly QueueAce[]): readonly QueueAce[] =>
  given.length === 0 ? [] : acl.filter((each) => !given.some((one) => isSameAce(one, each)));

/** Throws JBC NOSUCHQUE. */
async function namedQueues(
  manager: QueueManager,
  command: ParsedCommand,
  context: VerbContext,
): Promise<readonly QueueInfo[]> {
  const found = new Map<string, QueueInfo>();
  for (const name of command.values('QUEUE_NAME')) {
    const queues = await manager.queues(queueName(name, context));
    if (queues.length === 0) signal(JBC.NOSUCHQUE);
    for (const queue of queues) found.set(queue.name, queue);
  }
  return [...found.values()];
}

const classNames = { S: 'System', O: 'Owner', G: 'Group', W: 'World' } as const;

function securityLines({ name, owner, protection, properties }: QueueInfo): readonly string[] {
  const words = protection
    .replace(/[()]/g, '')
    .split(',')
    .map((each) => each.split(':') as [keyof typeof classNames, string | undefined])
    .map(([who, letters]) => (letters === undefined ? classNames[who] : `${classNames[who]}: ${letters}`));
  const acl = properties?.acl ?? [];
  return [
    '',
    `${name} object of class QUEUE`,
    `     Owner: ${owner.startsWith('[') ? owner : `[${owner}]`}`,
    `     Protection: (${words.join(', ')})`,
    ...(acl.length === 0
      ? ['     Access Control List: <empty>']
      : ['     Access Control List:', ...acl.map((each) => `          ${aceText(each)}`)]),
  ];
}
