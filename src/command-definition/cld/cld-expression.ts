/**
 * The expression behind DISALLOW.
 *
 *   expression = term *( OR term ); term = factor *( AND factor )
 *   factor = NOT factor / NEG entity / ANY2 "(" entity *( "," entity ) ")" / "(" expression ")" / entity
 *   entity = [ "<" definition ">" ] name *( "." name )
 *
 * Source: OpenVMS Command Definition Utility.
 */
import { CDU } from './cdu-messages.ts';
import type { CldExpression } from './cld-definition.ts';
import type { CldTokens } from './cld-tokens.ts';

const DEEPEST = 50;

export function parseCldExpression(tokens: CldTokens): CldExpression {
  const { line } = tokens;
  const labels: string[] = [];
  const text = new ExpressionText(tokens, labels).alternatives(0);
  return { text, line, labels };
}

class ExpressionText {
  readonly #tokens: CldTokens;
  readonly #labels: string[];

  constructor(tokens: CldTokens, labels: string[]) {
    this.#tokens = tokens;
    this.#labels = labels;
  }

  alternatives(depth: number): string {
    if (depth > DEEPEST) throw CDU.syntax(this.#tokens.line, '(');
    let text = this.#conjunction(depth);
    while (this.#takes('OR')) text += ` OR ${this.#conjunction(depth)}`;
    return text;
  }

  #conjunction(depth: number): string {
    let text = this.#factor(depth);
    while (this.#takes('AND')) text += ` AND ${this.#factor(depth)}`;
    return text;
  }

  #factor(depth: number): string {
    if (depth > DEEPEST) throw CDU.syntax(this.#tokens.line, 'NOT');
    if (this.#takes('NOT')) return `NOT ${this.#factor(depth + 1)}`;
    if (this.#takes('NEG')) return `NEG ${this.#entity()}`;
    if (this.#takes('ANY2')) {
      this.#tokens.expect('(');
      const entities = [this.#entity()];
      while (this.#tokens.takes(',')) entities.push(this.#entity());
      this.#tokens.expect(')');
      return `ANY2(${entities.join(',')})`;
    }
    if (!this.#tokens.takes('(')) return this.#entity();
    const inner = this.alternatives(depth + 1);
    this.#tokens.expect(')');
    return `(${inner})`;
  }

  #entity(): string {
    if (this.#tokens.takes('<')) {
      this.#tokens.takeName();
      this.#tokens.expect('>');
    }
    let label = this.#tokens.takeName().text;
    while (this.#tokens.takes('.')) label += `.${this.#tokens.takeName().text}`;
    this.#labels.push(label);
    return label;
  }

  /** Operators are written in full: an entity may begin like one. */
  #takes(word: string): boolean {
    if (this.#tokens.peekWord([word]) !== word || this.#tokens.peekText() !== word) return false;
    this.#tokens.skip();
    return true;
  }
}
