/**
 * Inputs made by a grammar: right in most of it, so that they come far. Then the mutator makes them a little wrong.
 *
 *   const greeting = new Grammar({ start: ['$(word) $(word)!'], word: ['hello', 'world'] });
 */

export type Random = () => number;
/** Text with `$(rule)` in it, or made of what rules give. */
export type Choice = string | ((give: (rule: string) => string, random: Random) => string);
export type Rules = Readonly<Record<string, readonly Choice[]>>;

/** Deeper the first choice of a rule is taken: it has to lead to an end. */
const DEEPEST = 12;
/** Longer ones are cut: rules that repeat each other may grow without end. */
const LONGEST = 20_000;

export class Grammar {
  readonly #rules: Rules;

  /** @param rules  `start` is where it starts */
  constructor(rules: Rules) {
    this.#rules = rules;
  }

  make(random: Random): string {
    let length = 0;
    const give = (rule: string, depth: number): string => {
      const choices = this.#rules[rule];
      if (choices === undefined) throw new Error(`there is no rule ${rule}`);
      const isDeep = depth > DEEPEST || length > LONGEST;
      const choice = choices[isDeep ? 0 : Math.floor(random() * choices.length)]!;
      const text =
        typeof choice === 'string'
          ? choice.replace(/\$\((\w+)\)/g, (_, inner: string) => give(inner, depth + 1))
          : choice((inner) => give(inner, depth + 1), random);
      // What rules within it gave has been counted.
      if (text === choice) length += text.length;
      return text;
    };
    return give('start', 0).slice(0, LONGEST);
  }

  /** The words in it: what mutators put in the place of others. */
  get words(): readonly string[] {
    const found = new Set<string>();
    for (const choices of Object.values(this.#rules))
      for (const choice of choices)
        if (typeof choice === 'string')
          for (const [word] of choice.replace(/\$\(\w+\)/g, ' ').matchAll(/[\w$.\\-]{2,40}/g))
            found.add(word);
    return [...found];
  }
}
