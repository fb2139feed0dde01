// The shape of a configuration for editors: a JSON Schema of all that may be written.
import { z } from 'zod';
import { routeSchemaOf } from './routes.ts';
import type { KnownNotifiers } from './routes.ts';
import { checkSchema, rootSchema, serviceSchema } from './schema.ts';
import { subscriptionsSchema } from './subscriptions.ts';
import type { KnownChecks, Role } from './schema.ts';

/** What may be written for it, as a JSON Schema. */
export const asWritten = (schema: z.ZodType): object =>
  z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' });

/** A JSON Schema (draft 7, which editors know best) of what may be written. */
export const jsonSchema = (checkTypes: KnownChecks, notifiers: KnownNotifiers): object => {
  const anyOf = (role: Role) =>
    z.discriminatedUnion(
      'type',
      Object.entries(checkTypes)
        .filter(([, { kind }]) => role === 'check' || kind === 'active')
        .map(([name, type]) =>
          checkSchema(name, type, role).meta({ title: type.title, description: type.summary }),
        ) as unknown as [z.core.$ZodTypeDiscriminable],
    );
  const service = serviceSchema.extend({ checks: z.array(anyOf('check')).min(1) });
  const routes = Object.entries(notifiers).map(([name, notifier]) =>
    routeSchemaOf(name, notifier).meta({ title: notifier.title, description: notifier.summary }),
  );
  const subscriptions = subscriptionsSchema(notifiers);
  const root = rootSchema.extend({
    notify: z
      .array(z.discriminatedUnion('type', routes as unknown as [z.core.$ZodTypeDiscriminable]))
      .optional(),
    services: z.array(service).min(1),
    ...(subscriptions && { subscriptions: subscriptions.optional() }),
    witnesses: z.array(anyOf('witness')).optional(),
  });
  return {
    ...asWritten(root),
    title: 'Configuration of Vigie',
  };
};
