/**
 * Mail for command procedures: the message becomes a file in the login directory of the user, and a batch job of his, which is
 * told the file in P1. DCL alone runs it, with the rights of that user; nothing a stranger wrote is in a command.
 */
import { Condition, condition, JBC } from '../../condition/index.ts';
import { plainJob } from '../../ports/batch.ts';
import type { MailProcedures, ProcedureMail } from '../../ports/mail-procedures.ts';
import type { MessageText, Spool } from '../../ports/message-text.ts';
import type { Account } from '../../ports/system-store.ts';
import { createLogicalNames } from '../../system/logical-name-tables.ts';
import { LOGIN } from '../../system/login-messages.ts';
import { resolveFile } from '../../system/resolve-file.ts';
import type { NodeContext } from './node-context.ts';

/** Of the submitter: it may submit as others. */
const submitter = { userName: 'TCPIP$SMTP', privileges: ['CMKRNL', 'OPER'] } as const;

export function createMailProcedures({
  files,
  queueManager,
  spool,
  systemStore,
}: Pick<NodeContext, 'files' | 'queueManager' | 'spool' | 'systemStore'>): MailProcedures {
  const logicalNames = createLogicalNames(systemStore);
  return {
    async hand(mail, submissionKey) {
      const account = await systemStore.account(mail.userName);
      if (account === undefined) throw condition(LOGIN.NOSUCHUSER);
      await logicalNames.refresh();
      const home = `${account.device}${account.directory}`;
      const process = { logicalNames, files, defaultDirectory: home };
      const { specification: procedure, sizeBytes } = await files.lookup(
        await resolveFile(process, mail.procedure, '.COM'),
      );
      const message = await writeMessage(
        `${home}${mail.name}_${submissionKey.entry}.EML`,
        mail,
        account,
        files,
        spool,
      );
      try {
        const { isRepeated } = await queueManager.submitJob(
          {
            submissionKey,
            queueName: mail.queueName,
            jobName: mail.name,
            userName: account.userName,
            sizeBytes: Math.ceil(sizeBytes / 512) * 512,
            batch: {
              ...plainJob,
              files: [procedure],
              parameters: [message],
              logSpecification: `SYS$LOGIN:${mail.name}.LOG`,
              keep: true,
              // The mail is not in the queue any more: a job that was interrupted begins again.
              restart: true,
            },
          },
          submitter,
        );
        // The job has a file of its own since the first time.
        if (isRepeated) await files.remove(message).catch(() => undefined);
      } catch (error) {
        // Cut off from the queue manager: it may have taken the job, which is nothing without its file.
        const isUncertain = error instanceof Condition && error.value === JBC.JOBQUEDIS.value;
        if (!isUncertain) await files.remove(message).catch(() => undefined);
        throw error;
      }
    },
  };
}

/** Return-Path: and the message, its lines as records. @returns its specification with the version */
async function writeMessage(
  specification: string,
  { reversePath, text }: ProcedureMail,
  { uic }: Account,
  files: NodeContext['files'],
  spool: Spool,
): Promise<string> {
  const protection = { system: 'RWED', owner: 'RWED', group: '', world: '' };
  const writer = await files.create(specification, { owner: uic, protection });
  try {
    await writer.writeBytes(Buffer.from(`Return-Path: <${reversePath}>\n`));
    for await (const chunk of withoutCr(text, spool)) await writer.writeBytes(chunk);
  } catch (error) {
    await writer.close().catch(() => undefined);
    await files.remove(writer.specification).catch(() => undefined);
    throw error;
  }
  await writer.close();
  return writer.specification;
}

/** Mail data has no other CR than that of its line ends. */
async function* withoutCr(text: MessageText, spool: Spool): AsyncGenerator<Uint8Array> {
  const chunks = text.kind === 'inline' ? [text.bytes] : spool.read(text);
  for await (const chunk of chunks) yield chunk.filter((each) => each !== CR);
}

const CR = 13;
