/**
 * A command an operator might type, right or wrong: made from the command tables, so that a verb, a qualifier or a keyword that is
 * new is typed too. Values are mostly right: names of queues and entries that are there, files that are there, times to come.
 */
import type {
  CommandTable,
  KeywordDefinition,
  QualifierDefinition,
  ValueDefinition,
  VerbDefinition,
} from '../../src/command-definition/index.ts';
import type { VerbContext } from '../../src/system/image.ts';

type Verb = VerbDefinition<VerbContext>;

export interface RandomCommand {
  /** Of the table. */
  readonly verb: string;
  /** As typed at `$`. */
  readonly line: string;
  /** Lines for whoever asks; what nobody reads DCL skips. */
  readonly answers: readonly string[];
}

/** What values are taken from. Changes as the walk goes on. */
export interface World {
  readonly queues: ReadonlySet<string>;
  /** Those that were there a moment ago. */
  readonly entries: readonly number[];
  readonly users: readonly string[];
  readonly destinations: readonly string[];
  readonly procedures: readonly string[];
  readonly texts: readonly string[];
}

export type RandomCommands = (world: World) => RandomCommand;

/** They end the session, or wait for somebody; what is typed at them is tried elsewhere. */
const leftOut = /^(HELP|EXIT|REPLY\/(ENABLE|DISABLE|STATUS))$/;

/** How often, where not once. */
const weights: readonly (readonly [RegExp, number])[] = [
  [/^(SET ENTRY|DELETE\/ENTRY|SEND MAIL|STOP\/QUEUE|START\/QUEUE)$/, 6],
  [/^(SUBMIT|PRINT|START MAIL|REMOVE MAIL|INITIALIZE\/QUEUE|SET QUEUE|SHOW QUEUE)$/, 4],
  [/^(SHOW ENTRY|SHOW MAIL|ASSIGN.*|DELETE\/QUEUE|SET CONFIGURATION NOSMTP)$/, 2],
  [/^(START\/QUEUE\/MANAGER|ANALYZE MAIL|STOP MAIL)$/, 1],
  [/^(REPLY.*|REQUEST|SHOW INTRUSION|DELETE\/INTRUSION_RECORD|.*AUTOSTART.*|SYNCHRONIZE)$/, 0.5],
  [/^(STOP\/QUEUE\/MANAGER|STOP\/QUEUE\/ON_NODE|SET CONFIGURATION SMTP|SHOW (HOST|VERSION).*)$/, 0.3],
];

/** Without them it waits for ever, is nothing, or does what a walk outlives too seldom. */
const always: Readonly<Record<string, readonly string[]>> = {
  SYNCHRONIZE: ['ENTRY', 'TIME_OUT'],
  'DELETE/ENTRY': ['ENTRY'],
  'SET SERVICE': ['FILE', 'PORT', 'PROCESS_NAME', 'USER_NAME'],
};
const never: Readonly<Record<string, readonly string[]>> = {
  REQUEST: ['REPLY'],
  'SHOW DEVICE_SOCKET': ['CONTINUOUS'],
};
const seldom: Readonly<Record<string, readonly string[]>> = {
  'START/QUEUE/MANAGER': ['NEW_VERSION'],
  'SET CONFIGURATION SMTP': ['SECURITY', 'GOOD_CLIENTS', 'BAD_CLIENTS', 'MESSAGE_SIZE_LIMIT'],
};

export function randomCommands(
  random: () => number,
  dcl: CommandTable<VerbContext>,
  tcpip: CommandTable<VerbContext>,
): RandomCommands {
  const weighted = [
    ...dcl.verbs.map((verb) => ({ verb, prefix: '' })),
    ...tcpip.verbs.map((verb) => ({ verb, prefix: 'TCPIP ' })),
  ]
    .filter(({ verb }) => !leftOut.test(verb.name))
    .map((each) => ({ ...each, weight: weights.find(([name]) => name.test(each.verb.name))?.[1] ?? 1 }));
  const sum = weighted.reduce((total, { weight }) => total + weight, 0);
  return (world) => {
    let at = random() * sum;
    const isThere = ({ weight }: { readonly weight: number }): boolean => {
      at -= weight;
      return at < 0;
    };
    const { verb, prefix } = weighted.find(isThere) ?? weighted[0]!;
    const line = prefix + new Typist(random, world, verb).line();
    return {
      verb: verb.name,
      line,
      answers: Array.from({ length: 4 }, () => oneOf(random, ['Y', 'N', 'Y', 'G', ''])),
    };
  };
}

const oneOf = <T>(random: () => number, items: readonly T[]): T =>
  items[Math.floor(random() * items.length)]!;

class Typist {
  readonly #random: () => number;
  readonly #world: World;
  readonly #verb: Verb;

  constructor(random: () => number, world: World, verb: Verb) {
    this.#random = random;
    this.#world = world;
    this.#verb = verb;
  }

  line(): string {
    const { name, parameters = [], value } = this.#verb;
    const words = [name + this.#ofName() + (value === undefined ? '' : this.#given(value, name))];
    words[0] += this.#qualifiers().join('');
    for (const { label, required, value: definition } of parameters) {
      // Without a name all services are meant, the one the load comes through, too.
      const isPrecious = label === 'SERVICE' && !/^SHOW/.test(name);
      if (!isPrecious && !this.#is(required === true ? 0.97 : 0.4)) break;
      const count = definition?.list === true && this.#is(0.2) ? 2 : 1;
      words.push(Array.from({ length: count }, () => this.#word(label, definition)).join(','));
    }
    if (this.#is(0.01)) words.push('AND_MORE');
    return words.join(' ');
  }

  /** Of `DELETE/ENTRY`: the value of its qualifier. */
  #ofName(): string {
    const last = this.#verb.name.split('/').slice(1).at(-1);
    const definition = last === undefined ? undefined : this.#verb.qualifiers?.[last]?.value;
    return last === undefined || definition === undefined ? '' : this.#given(definition, last);
  }

  #qualifiers(): readonly string[] {
    const { name, qualifiers = {} } = this.#verb;
    const inName = name.split('/').slice(1);
    const most = Object.keys(qualifiers).length;
    // A few, or a crowd that contradicts itself.
    const chance = this.#is(0.03) ? 0.3 : 1.3 / Math.max(most, 2);
    const typed = Object.entries(qualifiers)
      .filter(([word]) => !inName.includes(word) && !(never[name] ?? []).includes(word))
      .filter(([word]) => {
        if ((always[name] ?? []).includes(word)) return true;
        return this.#is((seldom[name] ?? []).includes(word) ? chance / 20 : chance);
      })
      .map(([word, definition]) => this.#qualifier(word, definition));
    if (this.#is(0.01)) typed.push('/NO_SUCH_QUALIFIER');
    return typed;
  }

  #qualifier(word: string, { value, negatable }: QualifierDefinition): string {
    if (this.#is(negatable === false ? 0.02 : 0.2)) return `/NO${word}`;
    return `/${word}${value === undefined ? (this.#is(0.01) ? '=X' : '') : this.#given(value, word)}`;
  }

  /** `=value`, `=(value,value)`, or nothing where nothing is needed. */
  #given(value: ValueDefinition, label: string): string {
    if (!this.#is(value.required === true ? 0.98 : 0.5)) return '';
    const count = value.list === true && this.#is(0.4) ? 2 : 1;
    const values = Array.from({ length: count }, () => this.#word(label, value));
    return count === 1 && !/[,=]/.test(values[0]!) ? `=${values[0]}` : `=(${values.join(',')})`;
  }

  #word(label: string, value: ValueDefinition | undefined): string {
    // The one the load comes through is looked at, and left alone.
    const isPrecious = label === 'SERVICE' && !/^SHOW/.test(this.#verb.name);
    if (!isPrecious && this.#is(0.02)) return this.#any(mistakes);
    const keywords = value?.keywords;
    if (keywords !== undefined) return this.#keyword(keywords);
    const special = this.#special(label);
    if (special !== undefined) return special;
    switch (value?.type) {
      case '$NUMBER':
        return this.#any(['0', '1', '2', '3', '5', '10', '100', '255', '65535', '70000']);
      case '$DATETIME':
        return this.#any(['"+0:00:02"', '"+0:01"', 'TODAY', 'TOMORROW', '1-JAN-1999', '"+0:00:00.50"']);
      case '$DELTATIME':
        return this.#any(['0:00:01', '"1 00:00"']);
      case '$QUEUE':
        return this.#queue();
      case '$ENTRY':
        return this.#is(0.8) ? this.#entry() : this.#any(['SHORT', 'TEXT', 'NOBODY']);
      case '$OUTFILE':
        return this.#any(['NL:', 'SYS$LOGIN:WALK.OUT', 'NOSUCH:[X]WALK.OUT']);
      case '$INFILE':
      case '$FILE':
        return this.#any([...this.#world.procedures, ...this.#world.texts, 'NOT_THERE', 'SYS$LOGIN:']);
      case '$QUOTED_STRING':
        return this.#any(['"a text"', '""', '"1"']);
      default:
        return this.#any(['X', '1', '"two words"', 'A_NAME', '10.0.0.1', '127.0.0.3', '"0 00:30:00.00"']);
    }
  }

  #keyword(keywords: Readonly<Record<string, KeywordDefinition>>): string {
    const [word, { negatable, value }] = this.#any(Object.entries(keywords));
    if (negatable === true && this.#is(0.3)) return `NO${word}`;
    return value === undefined ? word : word + this.#given(value, word);
  }

  /** By what it is called, where the type says too little. */
  #special(label: string): string | undefined {
    const { users, destinations, procedures, texts } = this.#world;
    switch (label) {
      case 'ENTRY':
        return this.#entry();
      case 'GENERIC':
      case 'REQUEUE':
        return this.#queue();
      case 'FILE':
        if (!/^(SUBMIT|PRINT)$/.test(this.#verb.name)) return undefined;
        return this.#is(0.9)
          ? this.#any(this.#verb.name === 'SUBMIT' ? procedures : texts)
          : this.#any(['NOT_THERE', 'DKA0:[NOBODY]X.COM', 'SYS$SYSTEM:SYSUAF.DAT', '*.NOT']);
      case 'JOB_NAME':
      case 'NAME':
        return this.#any(['SHORT', 'TEXT', 'A_JOB', 'A_NAME_THAT_IS_LONGER_THAN_ANY_NAME_OF_A_JOB_MAY_BE']);
      case 'USER_NAME':
      case 'USERNAME':
      case 'USER':
        return this.#is(0.9) ? this.#any(users) : 'NOBODY';
      case 'TERMINAL':
        return '_FTA99:';
      case 'DESTINATION':
        return this.#any(destinations);
      case 'ADDRESS':
        return this.#any(['127.0.0.2', '127.0.0.3', '127.0.0.4', '10.1.1.1', 'NO_ADDRESS']);
      case 'HOST':
      case 'GATEWAY':
      case 'ALTERNATE':
      case 'GENERAL_PURPOSE':
        return this.#any(['far.example', 'near.example', 'HEARTS', '"*.example"', '127.0.0.2']);
      case 'SERVICE':
        if (/^(SHOW|ENABLE|SET CONFIGURATION ENABLE SERVICE)/.test(this.#verb.name))
          return this.#any(['SMTP', 'WALK']);
        return this.#any(['WALK', 'NOT_THERE']);
      case 'PORT':
        return '7777';
      case 'TIME_OUT':
        return this.#any(['0', '1']);
      case 'FORM':
      case 'FORM_MOUNTED':
      case 'FORM_NAME':
      case 'STOCK':
        return this.#any(['DEFAULT', 'WIDE', 'NARROW', '1', 'NO_FORM']);
      case 'CHARACTERISTIC':
      case 'CHARACTERISTIC_NAME':
      case 'CHARACTERISTICS':
        return this.#any(['RED', 'BLUE', '1', '2', '127']);
      case 'ON':
      case 'AUTOSTART_ON':
      case 'ON_NODE':
        return this.#any(['HEARTS::', 'HEARTS::LPA0:', 'HEARTS', 'PLUTO::']);
      case 'OWNER_UIC':
        return this.#any(['[1,4]', '[ADAMS]', '[200,201]', 'SYSTEM']);
      case 'SYSTEM':
      case 'OWNER':
      case 'GROUP':
      case 'WORLD':
        return this.#any(['RSMD', 'R', 'S', 'D', 'M', 'X']);
      case 'PRIORITY':
      case 'BASE_PRIORITY':
        return this.#any(['0', '4', '15', '100', '200', '255', '300']);
      case 'CPUTIME':
      case 'CPUDEFAULT':
      case 'CPUMAXIMUM':
        return this.#any(['INFINITE', 'NONE', '0:01', '0:00:30']);
      case 'JOB_LIMIT':
      case 'QUEUES':
        return this.#any(['1', '2', '3']);
      case 'PARAMETERS':
        return this.#any(['ONE', '"two words"', '""']);
      case 'NAME_OF_MANAGER':
        return this.#any(['SYS$QUEUE_MANAGER', 'ANOTHER']);
      case 'INITIAL':
      case 'RETRY':
      case 'MAXIMUM':
        return this.#any(['"0 00:00:02.00"', '"0 00:30:00.00"', '"3 00:00:00.00"', '5']);
      default:
        return /QUEUE$/.test(label) ? this.#queue() : undefined;
    }
  }

  #queue(): string {
    const { queues } = this.#world;
    // Some come into being by being named.
    return this.#is(0.8)
      ? this.#any([...queues])
      : this.#any(['WALK_1', 'WALK_2', 'WALK_3', 'NO_QUEUE', 'SYS$PRINT', '*']);
  }

  #entry(): string {
    const { entries } = this.#world;
    if (entries.length === 0 || this.#is(0.05)) return this.#any(['0', '9999', '99999999', '1']);
    return String(this.#any(entries));
  }

  #any<T>(items: readonly T[]): T {
    return oneOf(this.#random, items);
  }

  #is(chance: number): boolean {
    return this.#random() < chance;
  }
}

const mistakes = [
  '',
  '""',
  '-1',
  '99999999999999999999',
  '%X',
  '"',
  '(',
  '(,)',
  '*',
  '%',
  'NOBODY::',
  '[]',
  '31-FEB-2027',
  '25:00',
  '__proto__',
  '"constructor"',
  'é',
  `"${'A'.repeat(300)}"`,
];
