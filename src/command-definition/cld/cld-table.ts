/**
 * A command definition file as verbs of a command table, for the one parser of commands. A syntax takes from its verb what it
 * does not define itself. Source: OpenVMS Command Definition Utility.
 */
import type {
  KeywordDefinition,
  ParameterDefinition,
  QualifierDefinition,
  ValueDefinition,
  ValueType,
  VerbDefinition,
} from '../definition.ts';
import { CDU } from './cdu-messages.ts';
import type { CldAction, CldEntity, CldExpression, CldForm, CldModule, CldValue } from './cld-definition.ts';

/** Types beside these are plain text to the parser: $DEVICE, $DIRECTORY, $EXPRESSION, $PROCESS, $UIC …. */
const valueTypes: Readonly<Record<string, ValueType>> = {
  $FILE: '$FILE',
  $INFILE: '$INFILE',
  $OUTFILE: '$OUTFILE',
  $NUMBER: '$NUMBER',
  $DATETIME: '$DATETIME',
  $DELTATIME: '$DELTATIME',
  $QUOTED_STRING: '$QUOTED_STRING',
  $REST_OF_LINE: '$REST_OF_LINE',
};

export interface CldTableOptions<Context> {
  /** The routine of a verb or syntax, by what its definition says executes it. Throws for what there is not. */
  readonly routine: (
    action: CldAction,
    definition: Pick<VerbDefinition, 'name' | 'parameters' | 'qualifiers'>,
  ) => NonNullable<VerbDefinition<Context>['routine']>;
}

/** Throws CDU UNDEFINED, DUPLICATE. */
export function cldVerbs<Context>(
  module: CldModule,
  options: CldTableOptions<Context>,
): readonly VerbDefinition<Context>[] {
  return new CldTable(module, options).verbs();
}

class CldTable<Context> {
  readonly #module: CldModule;
  readonly #options: CldTableOptions<Context>;
  readonly #syntaxes = new Map<string, CldForm>();

  constructor(module: CldModule, options: CldTableOptions<Context>) {
    this.#module = module;
    this.#options = options;
    const names = new Set<string>();
    for (const form of module.forms) {
      const key = `${form.kind} ${form.name}`;
      if (names.has(key)) throw CDU.duplicate(form.kind, form.name, form.line);
      names.add(key);
      if (form.kind === 'syntax') this.#syntaxes.set(form.name, form);
    }
  }

  verbs(): readonly VerbDefinition<Context>[] {
    return this.#module.forms.filter(({ kind }) => kind === 'verb').map((form) => this.#verb(form));
  }

  #verb(form: CldForm): VerbDefinition<Context> {
    const syntaxes: Record<string, VerbDefinition<Context>> = {};
    for (const name of this.#reachable(form)) {
      syntaxes[name] = this.#definition(form, { ...inherited(this.#syntaxes.get(name)!, form) });
    }
    return {
      ...this.#definition(form, form),
      ...(form.synonyms.length === 0 ? {} : { synonyms: form.synonyms }),
      ...(Object.keys(syntaxes).length === 0 ? {} : { syntaxes }),
    };
  }

  /** Syntaxes a verb can change to, directly or through another one. */
  #reachable(form: CldForm): ReadonlySet<string> {
    const found = new Set<string>();
    const follow = (each: CldForm): void => {
      for (const { name, line } of this.#syntaxesNamed([
        ...(each.parameters ?? []),
        ...(each.qualifiers ?? []),
      ])) {
        const syntax = this.#syntaxes.get(name);
        if (syntax === undefined) throw CDU.undefined('syntax', name, line);
        if (found.has(name)) continue;
        found.add(name);
        follow(syntax);
      }
    };
    follow(form);
    return found;
  }

  *#syntaxesNamed(
    entities: readonly CldEntity[],
    seen = new Set<string>(),
  ): Generator<{ readonly name: string; readonly line: number }> {
    for (const each of entities) {
      if (each.syntax !== undefined) yield { name: each.syntax, line: each.line };
      const type = each.value?.type;
      if (type === undefined || type.startsWith('$') || seen.has(type)) continue;
      yield* this.#syntaxesNamed(this.#keywords(type, each.line), new Set([...seen, type]));
    }
  }

  #definition(verb: CldForm, form: CldForm): VerbDefinition<Context> {
    const parameters = (form.parameters ?? []).map((each) => this.#parameter(each));
    const qualifiers = Object.fromEntries(
      (form.qualifiers ?? []).map((each) => [each.name, this.#qualifier(each)]),
    );
    for (const expression of form.disallow ?? []) this.#checkLabels(expression, form);
    checkRestOfLine(form.parameters ?? []);
    const action = form.action ?? { kind: 'image', name: verb.name };
    return {
      name: verb.name,
      summary: 'A verb of this site.',
      parameters,
      qualifiers,
      disallow: (form.disallow ?? []).map(({ text }) => text),
      routine: this.#options.routine(action, { name: verb.name, parameters, qualifiers }),
    };
  }

  #parameter(each: CldEntity): ParameterDefinition {
    const value = each.value === undefined ? undefined : this.#value(each.value, each.line, []);
    return {
      label: each.label ?? each.name,
      ...(each.prompt === undefined ? {} : { prompt: each.prompt }),
      ...(each.value?.required ? { required: true } : {}),
      ...(value === undefined ? {} : { value }),
    };
  }

  #qualifier(each: CldEntity): QualifierDefinition {
    return {
      ...(each.label === undefined ? {} : { label: each.label }),
      negatable: each.negatable ?? true,
      ...(each.default ? { default: true } : {}),
      ...(each.batch ? { batch: true } : {}),
      ...(each.placement === undefined ? {} : { placement: each.placement }),
      ...(each.syntax === undefined ? {} : { syntax: each.syntax }),
      ...(each.value === undefined ? {} : { value: this.#value(each.value, each.line, []) }),
    };
  }

  /** @param inside  types the value stands in: a type that contains itself is a mistake */
  #value(value: CldValue, line: number, inside: readonly string[]): ValueDefinition {
    const { type } = value;
    const builtIn = type === undefined ? undefined : valueTypes[type];
    return {
      ...(value.required ? { required: true } : {}),
      ...(value.list ? { list: true } : {}),
      ...(value.concatenates ? {} : { concatenates: false }),
      ...(value.default === undefined ? {} : { default: value.default }),
      ...(builtIn === undefined ? {} : { type: builtIn }),
      ...(type === undefined || type.startsWith('$')
        ? {}
        : { keywords: this.#keywordTable(type, line, inside) }),
    };
  }

  #keywordTable(
    type: string,
    line: number,
    inside: readonly string[],
  ): Readonly<Record<string, KeywordDefinition>> {
    if (inside.includes(type)) throw CDU.undefined('type', type, line);
    return Object.fromEntries(
      this.#keywords(type, line).map((each) => [
        each.name,
        {
          ...(each.label === undefined ? {} : { label: each.label }),
          ...(each.negatable === undefined ? {} : { negatable: each.negatable }),
          ...(each.default ? { default: true } : {}),
          ...(each.syntax === undefined ? {} : { syntax: each.syntax }),
          ...(each.value === undefined
            ? {}
            : { value: this.#value(each.value, each.line, [...inside, type]) }),
        },
      ]),
    );
  }

  #keywords(type: string, line: number): readonly CldEntity[] {
    const keywords = this.#module.types.get(type);
    if (keywords === undefined) throw CDU.undefined('type', type, line);
    return keywords;
  }

  /** DISALLOW names parameters, qualifiers, or keywords below them. */
  #checkLabels({ labels, line }: CldExpression, form: CldForm): void {
    const known = new Set(
      [...(form.parameters ?? []), ...(form.qualifiers ?? [])].map(({ name, label }) => label ?? name),
    );
    for (const label of labels) {
      const [entity = ''] = label.split('.');
      if (!known.has(entity) && !this.#isKeyword(entity)) throw CDU.undefined('entity', entity, line);
    }
  }

  #isKeyword(name: string): boolean {
    return [...this.#module.types.values()].some((keywords) => keywords.some((each) => each.name === name));
  }
}

/** Nothing is left behind the rest of the line: what must be given there would be asked for again and again. */
function checkRestOfLine(parameters: readonly CldEntity[]): void {
  const rest = parameters.findIndex(({ value }) => value?.type === '$REST_OF_LINE');
  const behind = rest === -1 ? undefined : parameters.slice(rest + 1).find(({ value }) => value?.required);
  if (behind !== undefined) throw CDU.syntax(behind.line, behind.name);
}

/** What a syntax does not define is as in the verb. */
const inherited = (syntax: CldForm, verb: CldForm): CldForm => ({
  ...syntax,
  parameters: syntax.parameters ?? verb.parameters,
  qualifiers: syntax.qualifiers ?? verb.qualifiers,
  disallow: syntax.disallow ?? verb.disallow,
  action: syntax.action ?? verb.action,
});
