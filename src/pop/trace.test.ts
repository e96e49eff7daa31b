import { expect, it } from 'vitest';
import { Trace } from './trace.ts';

it('shows a dialogue without a password, wherever it was typed, and without what only looks like a command', () => {
  const lines: string[] = [];
  const trace = new Trace({ info: (_fields: unknown, text: string) => void lines.push(text) }, '192.0.2.7');
  trace.said('+OK ready');
  trace.heard('CAPA', true, true);
  trace.heard('USER hunter2', true, true);
  trace.said('+OK Password required for "hunter2"');
  trace.said('+OK Password required for "hunter"2"');
  trace.heard('pass hunter2', true, true);
  trace.heard('PASS', true, true);
  trace.heard('hunter2', true, false);
  trace.said('-ERR Unknown command: "hunter2".');
  trace.heard('STAT hunter2', true, true);
  trace.heardAnswer();
  trace.said('+OK Username/password combination ok');
  trace.heard('RETR 1', false, true);
  trace.heard('hunter2 is mine', false, false);
  trace.said('-ERR Unknown command: "hunter2".');
  trace.said('-ERR a\x1b[1m');
  expect(lines).toEqual([
    '>>>+OK ready',
    '<<<CAPA',
    '<<<USER ***',
    '>>>+OK Password required for "***"',
    '>>>+OK Password required for "***"',
    '<<<pass ***',
    '<<<PASS',
    '<<<***',
    '>>>-ERR Unknown command: "***".',
    '<<<***',
    '<<<***',
    '>>>+OK Username/password combination ok',
    '<<<RETR 1',
    '<<<***',
    '>>>-ERR Unknown command: "***".',
    '>>>-ERR a?[1m',
  ]);
});
