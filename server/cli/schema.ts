// vigie schema
import { checkTypes } from '../../checks/index.ts';
import { jsonSchema } from '../../config/schema.ts';
import { UsageError } from './command.ts';
import type { Command } from './command.ts';

export const schema: Command = {
  usage: 'schema',
  summary: 'Writes the JSON Schema of the configuration, for editors.',
  run: async ([word]) => {
    if (word !== undefined) throw new UsageError(`what is ${JSON.stringify(word)}?`);
    process.stdout.write(`${JSON.stringify(jsonSchema(checkTypes), undefined, 2)}\n`);
    return 0;
  },
};
