// vigie schema
import { parseArgs } from 'node:util';
import { checkTypes } from '../../checks/index.ts';
import { jsonSchema } from '../../config/json-schema.ts';
import { notifiers } from '../notify/index.ts';
import { UsageError } from './command.ts';
import type { Command } from './command.ts';
import { reference } from './reference.ts';

export const schema: Command = {
  usage: 'schema [--reference]',
  summary: 'Writes the JSON Schema of the configuration, for editors.',
  details: '--reference   the reference of options instead, in Markdown, for people',
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { reference: { type: 'boolean', default: false } },
    });
    const [word] = positionals;
    if (word !== undefined) throw new UsageError(`what is ${JSON.stringify(word)}?`);
    const text = values.reference
      ? reference(checkTypes, notifiers)
      : `${JSON.stringify(jsonSchema(checkTypes, notifiers), undefined, 2)}\n`;
    process.stdout.write(text);
    return 0;
  },
};
