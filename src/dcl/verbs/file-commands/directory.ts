/** DIRECTORY. Source: dcl.md §13 [R8]; DCL Dictionary, DIRECTORY. */
import type { QualifierDefinition } from '../../../command-definition/index.ts';
import { Condition, INHIBIT_MESSAGE, RMS, SYSTEM } from '../../../condition/index.ts';
import { commandOutput, outputFile } from '../../../system/command-output.ts';
import type { CoreVerb } from '../core-verb.ts';
import { type DirectoryLayout, directoryLayout } from './directory-layout.ts';
import { DirectoryListing } from './directory-listing.ts';
import { sizeSelection } from './directory-select.ts';
import { filterDisallow, filterQualifiers } from './file-filter.ts';
import { FileOperation } from './file-operation.ts';
import { DIRECT } from './messages.ts';
import { pagedOutput } from './paged-output.ts';

const plain: QualifierDefinition = { negatable: false };
const number = { required: true, type: '$NUMBER' } as const;

export const directoryVerb: CoreVerb = {
  name: 'DIRECTORY',
  summary: 'Lists files.',
  parameters: [{ label: 'FILE', value: { list: true, type: '$FILE' } }],
  qualifiers: {
    ...filterQualifiers,
    BRIEF: plain,
    FULL: plain,
    COLUMNS: { negatable: false, value: number },
    SIZE: {
      value: {
        list: true,
        keywords: {
          ALL: {},
          USED: {},
          ALLOCATION: {},
          UNITS: { value: { keywords: { BLOCKS: {}, BYTES: {} } } },
        },
      },
    },
    DATE: {
      value: {
        list: true,
        keywords: { CREATED: {}, MODIFIED: {}, EXPIRED: {}, BACKUP: {}, ALL: {} },
      },
    },
    OWNER: {},
    PROTECTION: {},
    SECURITY: {},
    ACL: {},
    FILE_ID: {},
    TOTAL: plain,
    GRAND_TOTAL: plain,
    HEADING: { default: true },
    TRAILING: { default: true },
    VERSIONS: { negatable: false, value: number },
    WIDTH: {
      negatable: false,
      value: {
        required: true,
        list: true,
        keywords: {
          FILENAME: { value: number },
          SIZE: { value: number },
          OWNER: { value: number },
          DISPLAY: { value: number },
        },
      },
    },
    SELECT: {
      value: {
        required: true,
        list: true,
        keywords: {
          SIZE: {
            value: {
              required: true,
              list: true,
              keywords: { MINIMUM: { value: number }, MAXIMUM: { value: number } },
            },
          },
          VERSION: {
            value: {
              required: true,
              list: true,
              keywords: { MINIMUM: { value: number }, MAXIMUM: { value: number } },
            },
          },
          FILE: {
            value: {
              required: true,
              list: true,
              keywords: {
                NODE: { negatable: true },
                DEVICE: { negatable: true },
                DIRECTORY: { negatable: true },
                NAME: { negatable: true },
                TYPE: { negatable: true },
                VERSION: { negatable: true },
              },
            },
          },
        },
      },
    },
    PAGE: {},
    OUTPUT: { value: { type: '$FILE' } },
    // How names with escapes are shown: there is one way.
    STYLE: { negatable: false, value: {} },
  },
  disallow: [filterDisallow, 'ANY2(BRIEF, FULL)', 'FULL AND COLUMNS'],
  routine: async (command, context) => {
    const given = command.values('FILE');
    const operation = new FileOperation(command, context, {
      texts: given.length === 0 ? [''] : given,
      defaults: '*.*;*',
      failure: notOpened,
      directories: true,
      mayBeMeant: sizeSelection(command),
    });
    const layout: DirectoryLayout = directoryLayout(command);
    const to = outputFile(command);
    const file = await commandOutput(context, to);
    const output = command.present('PAGE') && to === undefined ? pagedOutput(file, context) : file;
    const listing = new DirectoryListing(layout, output);
    try {
      for await (const entry of operation.files()) await listing.add(entry);
      await listing.end();
    } finally {
      await output.close();
    }
    const status = operation.status();
    if (listing.isEmpty && status === SYSTEM.NORMAL.value && !operation.isOver)
      throw new Condition(DIRECT.NOFILES);
    return status;
  },
};

/** A directory that is missing is an error; a file that is missing is just not listed. */
function notOpened(name: string, error: unknown): unknown {
  if (!(error instanceof Condition)) return error;
  if (error.value === RMS.FNF.value) return undefined;
  return new Condition({ ...DIRECT.OPENIN, value: error.value | INHIBIT_MESSAGE }, [name], {
    secondary: [error],
  });
}
