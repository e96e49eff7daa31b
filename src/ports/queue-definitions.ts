/** Forms and characteristics: what the queues and jobs of a node may be given. Source: queues.md §12; DEFINE/FORM, DEFINE/CHARACTERISTIC. */

export interface Form {
  readonly name: string;
  /** 0 to 9999; 0 is the form DEFAULT. */
  readonly number: number;
  /** Paper: jobs are printed on any form whose stock is that of the mounted one. */
  readonly stock: string;
  readonly description: string;
  /** Lines and columns. */
  readonly length: number;
  readonly width: number;
  readonly margins: {
    readonly top: number;
    readonly bottom: number;
    readonly left: number;
    readonly right: number;
  };
  /** What is beyond the right margin is left out, or goes on in the next line. */
  readonly truncate: boolean;
  readonly wrap: boolean;
  readonly sheetFeed: boolean;
  /** Modules of a device control library: kept and shown. */
  readonly setup: readonly string[];
  readonly pageSetup: readonly string[];
}

export interface Characteristic {
  readonly name: string;
  /** 0 to 127. */
  readonly number: number;
}

/** What a store keeps of a queue manager beside queues and entries. */
export interface QueueDefinitions {
  /** Without the form DEFAULT where nobody has changed it. */
  readonly forms: readonly Form[];
  readonly characteristics: readonly Characteristic[];
  /** STOP/QUEUE/MANAGER: it stays stopped, whoever starts the node. */
  readonly isStopped?: boolean;
  /** DISABLE AUTOSTART/QUEUES: autostart queues become active, and do not start. */
  readonly isAutostartDisabled?: boolean;
}

export const noDefinitions: QueueDefinitions = { forms: [], characteristics: [] };

export type DefinitionChange =
  /** One that is there keeps what is not given, and its stock. */
  | { readonly kind: 'form'; readonly form: Partial<Form> & Pick<Form, 'name' | 'number'> }
  | { readonly kind: 'deleteForm'; readonly name: string }
  | { readonly kind: 'characteristic'; readonly name: string; readonly number: number }
  | { readonly kind: 'deleteCharacteristic'; readonly name: string }
  /** ENABLE and DISABLE AUTOSTART/QUEUES. */
  | { readonly kind: 'autostart'; readonly isEnabled: boolean };
