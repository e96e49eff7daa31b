/**
 * `disallow` expressions of a definition: which parts of a command exclude each other.
 *
 * expression = term *( "OR" term ); term = factor *( "AND" factor )
 * factor = "NOT" factor / "NEG" label / "ANY2" "(" label *( "," label ) ")" / "(" expression ")" / label
 * Source: OpenVMS Command Definition Utility, DISALLOW clause.
 */
import type { ParsedCommand } from './parsed-command.ts';

type Asked = Pick<ParsedCommand, 'present' | 'negated'>;

/** @param expression written by us, in a table: a wrong one is a bug and throws an Error. */
export function evaluateDisallow(expression: string, command: Asked): boolean {
  const tokens = expression.toUpperCase().match(/[A-Z0-9$_.-]+|[(),]/g) ?? [];
  let next = 0;
  const take = (): string => tokens[next++] ?? '';
  const expect = (token: string): void => {
    if (take() !== token) throw new Error(`disallow '${expression}': '${token}' expected`);
  };

  const anyOf = (parse: () => boolean, word: string): boolean => {
    let value = parse();
    while (tokens[next] === word) {
      next += 1;
      const right = parse();
      value = word === 'OR' ? value || right : value && right;
    }
    return value;
  };
  const alternatives = (): boolean => anyOf(conjunction, 'OR');
  const conjunction = (): boolean => anyOf(factor, 'AND');
  const factor = (): boolean => {
    const token = take();
    if (token === 'NOT') return !factor();
    if (token === 'NEG') return command.negated(take());
    if (token === 'ANY2') return countPresent() >= 2;
    if (token === '(') {
      const value = alternatives();
      expect(')');
      return value;
    }
    if ('(),'.includes(token)) throw new Error(`disallow '${expression}': label expected`);
    return command.present(token);
  };
  const countPresent = (): number => {
    expect('(');
    let count = 0;
    do count += command.present(take()) ? 1 : 0;
    while (tokens[next] === ',' && take());
    expect(')');
    return count;
  };

  const value = alternatives();
  if (next !== tokens.length) throw new Error(`disallow '${expression}': '${tokens[next]}' not expected`);
  return value;
}
