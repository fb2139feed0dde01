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
