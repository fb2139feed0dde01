// A value that must never be seen: it prints as "[secret]" wherever something prints it.

const inspect = Symbol.for('nodejs.util.inspect.custom');

/** A password, token or key of the configuration. Only `expose()` gives the value, so that every use can be found by name. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  expose(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect](): string {
    return '[secret]';
  }
}

/** Why there is no secret, without a word of what might be one. */
export interface Refusal {
  readonly found: string;
  readonly expected: string;
}

const fetching = Symbol('fetching');

/** Tells `{ env: NAME }` or `{ file: PATH }` how its secret is fetched; to every field that is no secret it stays what it was. */
export const makeReference = (written: object, fetch: () => Secret | Refusal): void => {
  Object.defineProperty(written, fetching, { value: fetch });
};

/** Whether `value` was written in the place of a secret. */
export const isReference = (value: unknown): value is { readonly [fetching]: () => Secret | Refusal } =>
  typeof value === 'object' && value !== null && fetching in value;

/** The secret in the place of which `value` was written; nothing when it is no reference. */
export const fetchSecret = (value: unknown): Secret | Refusal | undefined =>
  isReference(value) ? value[fetching]() : undefined;
