// One place in a JSON document (RFC 6901).
import { z } from 'zod';
import type { Answer } from './exchange.ts';
import { Failure } from './outcome.ts';

const pointerCharsMax = 500;

export const jsonPointer = () =>
  z
    .string({ error: 'a JSON pointer such as /status or /items/0/name' })
    .max(pointerCharsMax)
    .regex(/^(?:\/(?:[^~/]|~[01])*)*$/, { error: 'a JSON pointer such as /status or /items/0/name' });

/** Fails with `bad_body` when only a part was read, and with `protocol` when it is no JSON. */
export const parseJson = ({ isWhole }: Pick<Answer, 'isWhole'>, text: string): unknown => {
  if (!isWhole) throw new Failure('bad_body', 'the body is too long to be read as JSON');
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure('protocol', 'the body is not JSON');
  }
};

/** What the pointer leads to; undefined: nothing (JSON itself has no undefined). */
export const valueAt = (document: unknown, pointer: string): unknown =>
  pointer.split('/').slice(1).map(unescaped).reduce(member, document);

const unescaped = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');

const indexPattern = /^(?:0|[1-9]\d*)$/;

const member = (value: unknown, token: string): unknown => {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined;
  if (Array.isArray(value) && !indexPattern.test(token)) return undefined;
  return (value as Record<string, unknown>)[token];
};
