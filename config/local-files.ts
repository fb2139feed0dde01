// The files that options name: found from the folder of the configuration, and looked into, as far as can be told now.
import { resolve } from 'node:path';
import { z } from 'zod';
import { isMapping } from './document.ts';
import { contentOf } from './fields.ts';
import type { Content } from './fields.ts';
import { reasonOf } from './files.ts';
import type { Files } from './files.ts';
import { quote } from './problems.ts';
import type { Path } from './problems.ts';
import type { Review } from './review.ts';

type Options = Readonly<Record<string, unknown>>;

export interface LocalFilesRules {
  readonly files: Files;
  /** Relative paths start here. */
  readonly folder: string;
  readonly review: Review;
  /** Told of every file that options name, absolute, whether or not it is there. */
  readonly onFile: (path: string) => void;
}

export class LocalFiles {
  readonly #rules: LocalFilesRules;
  /** Many checks share few files. */
  readonly #findings = new Map<string, Finding | undefined>();

  constructor(rules: LocalFilesRules) {
    this.#rules = rules;
  }

  /** The options with their paths absolute; says what is wrong with the files, where they are written. */
  settle({ shape }: z.ZodObject, options: Options, path: Path): Options {
    return Object.fromEntries(
      Object.entries(options).map(([key, value]) => [
        key,
        this.#settleOne(shape[key], value, [...path, key]),
      ]),
    );
  }

  #settleOne(field: unknown, value: unknown, path: Path): unknown {
    if (field instanceof z.ZodObject && isMapping(value)) return this.settle(field, value, path);
    const content = field instanceof z.ZodType ? contentOf(field) : undefined;
    if (content === undefined || typeof value !== 'string') return value;
    if (value.includes('\n')) {
      // What was pasted may be another thing, and a secret one.
      if (!content.isRight(value)) this.#rules.review.say(path, content.expected, 'other text');
      return value;
    }
    const absolute = resolve(this.#rules.folder, value);
    const finding = this.#findingOf(absolute, content);
    if (finding !== undefined) this.#rules.review.say(path, finding.expected, finding.found);
    return absolute;
  }

  #findingOf(file: string, content: Content): Finding | undefined {
    const key = `${content.expected} ${file}`;
    if (!this.#findings.has(key)) this.#findings.set(key, this.#lookInto(file, content));
    return this.#findings.get(key);
  }

  #lookInto(file: string, { bytesMax, expected, isRight, wrongLine }: Content): Finding | undefined {
    const { files, onFile } = this.#rules;
    onFile(file);
    try {
      const text = files.readText(file, bytesMax);
      if (isRight(text)) return undefined;
      const line = wrongLine?.(text);
      const where = line === undefined ? '' : `line ${line} of `;
      return { found: `something else in ${where}${quote(file)}`, expected };
    } catch (error) {
      return {
        found: `no readable file ${quote(file)} (${reasonOf(error)})`,
        expected: `a file of at most ${bytesMax} bytes with ${expected}`,
      };
    }
  }
}

interface Finding {
  readonly found: string;
  readonly expected: string;
}
