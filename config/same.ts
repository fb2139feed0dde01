// Do two configurations say the same? Secrets, which nothing else can compare, included.
import { Secret } from './secret.ts';

/** Of data, as a configuration is: mappings, lists, text, numbers, booleans, and secrets. */
export const isSame = (a: unknown, b: unknown): boolean => {
  if (a instanceof Secret && b instanceof Secret) return a.expose() === b.expose();
  if (!isCompound(a) || !isCompound(b)) return Object.is(a, b);
  const keys = Object.keys(a);
  return (
    a.constructor === b.constructor &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
  );
};

const isCompound = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
