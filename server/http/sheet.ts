// Something to be had at an address, before it is bytes.
import type { Language } from '../../config/config.ts';
import type { Rendered } from './rendered.ts';

export interface Sheet {
  readonly path: string;
  readonly type: string;
  readonly content: string;
  readonly language?: Language;
  readonly headers?: Rendered['headers'];
}
