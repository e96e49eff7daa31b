/** Forms and characteristics of a node: DEFINE and DELETE of /FORM and /CHARACTERISTIC. Source: queues.md §12. */
import { signal } from '../../condition/index.ts';
import type { DefinitionChange, Form, QueueDefinitions } from '../../ports/queue-definitions.ts';
import { defaultForm } from '../default-form.ts';
import { JBC } from '../messages.ts';

export class Definitions {
  readonly stored: QueueDefinitions;

  constructor(stored: QueueDefinitions) {
    this.stored = stored;
  }

  /** By name; the form DEFAULT is always there. */
  get forms(): readonly Form[] {
    const { forms } = this.stored;
    const all = forms.some(({ name }) => name === defaultForm.name) ? forms : [...forms, defaultForm];
    return [...all].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** By name or number; DEFAULT for one that is gone. */
  form(name: string | undefined): Form {
    return this.findForm(name ?? defaultForm.name) ?? defaultForm;
  }

  findForm(nameOrNumber: string): Form | undefined {
    const wanted = nameOrNumber.toUpperCase();
    return this.forms.find(({ name, number }) => name === wanted || String(number) === wanted);
  }

  /**
   * Throws JBC NOSUCHFORM, NOSUCHCHAR, DUPFORM, DUPFORMNAME, DUPCHARNAME, DUPCHARNUM, STKNOTCHANGE; TypeError for what is no
   * change, as a process of another version may ask for.
   */
  after(change: DefinitionChange): QueueDefinitions {
    const { forms, characteristics } = this.stored;
    switch (change.kind) {
      case 'autostart':
        return { ...this.stored, isAutostartDisabled: !change.isEnabled };
      case 'form': {
        const form = this.#newForm(change.form);
        return { ...this.stored, forms: [...forms.filter(({ name }) => name !== form.name), form] };
      }
      case 'deleteForm': {
        const found = this.findForm(change.name) ?? signal(JBC.NOSUCHFORM);
        if (found.number === defaultForm.number) signal(JBC.REFERENCED);
        return { ...this.stored, forms: forms.filter(({ name }) => name !== found.name) };
      }
      case 'characteristic': {
        const { name, number } = change;
        checkNamed(name, number);
        if (characteristics.some((each) => each.name === name && each.number !== number))
          signal(JBC.DUPCHARNAME);
        if (characteristics.some((each) => each.number === number && each.name !== name))
          signal(JBC.DUPCHARNUM);
        const others = characteristics.filter((each) => each.name !== name);
        return { ...this.stored, characteristics: [...others, { name, number }] };
      }
      case 'deleteCharacteristic': {
        if (!characteristics.some(({ name }) => name === change.name)) signal(JBC.NOSUCHCHAR);
        return {
          ...this.stored,
          characteristics: characteristics.filter(({ name }) => name !== change.name),
        };
      }
      default:
        throw new TypeError(`no change of definitions: ${JSON.stringify(change satisfies never)}`);
    }
  }

  #newForm({ name, number, ...given }: Partial<Form> & Pick<Form, 'name' | 'number'>): Form {
    checkNamed(name, number);
    const found = this.forms.find((each) => each.name === name);
    if (found !== undefined && found.number !== number) signal(JBC.DUPFORMNAME);
    if (this.forms.some((each) => each.number === number && each.name !== name)) signal(JBC.DUPFORM);
    if (found !== undefined && given.stock !== undefined && given.stock !== found.stock)
      signal(JBC.STKNOTCHANGE);
    // The paper of a form is called as the form where nobody said otherwise.
    return { ...defaultForm, description: '', stock: name, ...found, ...given, name, number };
  }
}

/** What is stored without them would be in the way of every command from then on. */
function checkNamed(name: unknown, number: unknown): void {
  if (typeof name !== 'string' || !Number.isInteger(number))
    throw new TypeError(`no name and number: ${JSON.stringify([name, number])}`);
}
