/** Mail for far.example to a scripted peer over real sockets: for tests. */
import { type SinkScript, startSink } from '../../../../test/support/smtp-sink.ts';
import { startRig } from '../../../../test/support/symbiont-rig.ts';

export const dns = {
  mx: { 'far.example': [{ preference: 10, exchange: 'mx.far.example' }] },
  addresses: { 'mx.far.example': ['127.0.0.1'] },
};
/** How each recipient ended, and what the peer saw. */
export async function outcomesWith(
  script: SinkScript,
  paths: readonly string[],
  table: object = dns,
  text?: string,
) {
  await using sink = await startSink(script);
  await using rig = await startRig({ dns: table, port: sink.port });
  const outcome = await rig.run(rig.assignment(paths, text));
  return {
    outcomes: outcome.recipients.map((each) => each.outcome),
    commands: sink.commands,
    messages: sink.messages,
  };
}
