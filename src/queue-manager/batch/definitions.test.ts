import { expect, test } from 'vitest';
import { type DefinitionChange, noDefinitions } from '../../ports/queue-definitions.ts';
import { Definitions } from './definitions.ts';

test.each<[string, unknown]>([
  ['of a kind that there is not', { kind: 'paper', name: 'A4' }],
  ['without a kind', {}],
  ['to a form without a name', { kind: 'form', form: { number: 3 } }],
  ['to a characteristic without a number', { kind: 'characteristic', name: 'BLUE' }],
])('a change %s is stored by nobody', (_, change) => {
  // Stored, it would be in the way of every look at forms and queues until the queue file is made anew.
  expect(() => new Definitions(noDefinitions).after(change as DefinitionChange)).toThrow(TypeError);
});
