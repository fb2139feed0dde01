// vigie schema
import { checkTypes } from '../../checks/index.ts';
import { jsonSchema } from '../../config/schema.ts';
import type { Command } from './command.ts';

export const schema: Command = {
  usage: 'schema',
  summary: 'Writes the JSON Schema of the configuration, for editors.',
  run: async () => {
    process.stdout.write(`${JSON.stringify(jsonSchema(checkTypes), undefined, 2)}\n`);
    return 0;
  },
};
