import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastProcessorMs } from '../../test/support/processor-time.ts';
import { matchesDirectory, matchesWildcard, resolveDirectory } from './index.ts';

const name = fc.array(fc.constantFrom('A', 'B', 'C'), { maxLength: 8 }).map((all) => all.join(''));
const pattern = fc
  .array(fc.constantFrom('A', 'B', 'C', '%', '*'), { maxLength: 8 })
  .map((all) => all.join(''));
const component = fc.constantFrom('A', 'B', 'AB');
const components = fc.array(component, { maxLength: 5 });

/** What a pattern means, said another way. */
const expression = (text: string): RegExp =>
  new RegExp(`^${text.replaceAll('*', '.*').replaceAll('%', '.')}$`, 's');

describe('wildcards', () => {
  it('match what the regular expression matches', () => {
    fc.assert(
      fc.property(pattern, name, (wild, text) => {
        expect(matchesWildcard(wild, text)).toBe(expression(wild).test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('are judged in time that does not explode', () => {
    const judge = () => expect(matchesWildcard(`${'*A'.repeat(60)}B`, 'A'.repeat(5000))).toBe(false);
    expect(leastProcessorMs(judge)).toBeLessThan(500);
  });

  it('in directories match what the expression over paths matches', () => {
    const part = fc.oneof(component, fc.constantFrom('*', '%', '...'));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), components, (wild, path) => {
        const text = wild.map((each) =>
          each === '...' ? '(?:/[^/]+)*' : `/${each.replaceAll('*', '[^/]*').replaceAll('%', '[^/]')}`,
        );
        const want = new RegExp(`^${text.join('')}$`).test(path.map((each) => `/${each}`).join(''));
        expect(matchesDirectory(wild, path)).toBe(want);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('relative directories', () => {
  it('never leave the top, whatever is written', () => {
    const step = fc.constantFrom('-', '.A', '.B', '.-');
    fc.assert(
      fc.property(components, fc.array(step, { maxLength: 8 }), (base, steps) => {
        const from = base.length === 0 ? '[000000]' : `[${base.join('.')}]`;
        const result = resolveDirectory(`[${steps.join('')}]`, from);
        expect(result === undefined || /^\[(000000|[AB][AB-]*(\.[AB][AB-]*)*)\]$/.test(result)).toBe(true);
      }),
    );
  });

  it('up and down again is where one was', () => {
    fc.assert(
      fc.property(components, component, (base, step) => {
        const from = base.length === 0 ? '[000000]' : `[${base.join('.')}]`;
        const below = resolveDirectory(`[.${step}]`, from)!;
        expect(resolveDirectory('[-]', below)).toBe(from);
      }),
    );
  });
});
