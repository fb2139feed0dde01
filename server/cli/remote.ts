// Asks the Vigie that runs: only it writes to the store.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CommandFailure } from './command.ts';

const usualUrl = 'http://127.0.0.1:3211';
const timeoutMs = 20_000;

export const environmentHelp = `VIGIE_URL         where the private listener of Vigie is (default ${usualUrl})
VIGIE_TOKEN       what \`vigie token NAME\` has shown
VIGIE_TOKEN_FILE  or the file that it is in`;

const failure = z.object({
  error: z.object({
    message: z.string(),
    problems: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
});

/** Fails with a `CommandFailure` that says why, in the words of the server where it has some. */
export const ask = async <Schema extends z.ZodType>(
  answer: Schema,
  path: string,
  body?: unknown,
): Promise<z.output<Schema>> => {
  const url = privateUrl(path);
  const response = await fetch(url, {
    ...(body !== undefined && {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { Authorization: `Bearer ${tokenOf()}`, 'Content-Type': 'application/json' },
    }),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((cause: unknown) => {
    throw new CommandFailure(`nobody answers at ${url.origin}: does Vigie run there? VIGIE_URL says where`, {
      cause,
    });
  });
  const said: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new CommandFailure(sentenceOf(response.status, said));
  const parsed = answer.safeParse(said);
  if (said === undefined || !parsed.success)
    throw new CommandFailure(`what answers at ${url.origin} is no Vigie, or another version of it`);
  return parsed.data;
};

/** Of a page of the private listener. */
export const privateUrl = (path: string): URL => {
  const base = process.env['VIGIE_URL'] ?? usualUrl;
  const url = URL.parse(path, base);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new CommandFailure(`VIGIE_URL is ${JSON.stringify(base)}, and no address such as ${usualUrl}`);
  return url;
};

const sentenceOf = (status: number, said: unknown): string => {
  const { data } = failure.safeParse(said);
  if (data === undefined) return `the answer is ${status}, and says nothing that is understood`;
  const { message, problems = [] } = data.error;
  return [message, ...problems.map(({ path, message }) => `  ${path}: ${message}`)].join('\n');
};

const tokenOf = (): string => {
  const { VIGIE_TOKEN: typed, VIGIE_TOKEN_FILE: file } = process.env;
  const token = (typed ?? (file === undefined ? '' : textOf(file))).trim();
  // What is no token could not even be sent, and would look as if nobody answered.
  if (!/^[\w-]+$/.test(token))
    throw new CommandFailure(
      'a token is wanted, and nothing else, in VIGIE_TOKEN or in the file VIGIE_TOKEN_FILE names',
    );
  return token;
};

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CommandFailure(`${file} cannot be read`, { cause });
  }
};
