// Why a database is slow or full, asked over a connection and an account of its own: the probe neither waits nor is measured.
import { Deadline } from '../contract.ts';
import type { Explain, Probe } from '../contract.ts';
import { inSession } from '../database.ts';
import type { DatabaseOptions, Engine } from '../database.ts';
import { Failure, Unfit } from '../outcome.ts';
import type { Bundle, Depth, Explanation } from './bundle.ts';
import { collect } from './collect.ts';
import type { Questions } from './collect.ts';

/** A thousand statements, cut short. */
const answerBytesMax = 2_097_152;

/** Nothing, without the option `explain`. */
export const explainDatabase = <Options extends DatabaseOptions>(
  engine: Engine<Options>,
  questions: Questions,
  options: Options,
): Explain | undefined => {
  if (options.explain === undefined) return undefined;
  const { user, password, port = options.port } = options.explain;
  // Never the password of the other account.
  const own = { ...options, user, port, password };
  return (probe, depth) => explain(engine, questions, own, probe, depth);
};

const explain = async <Options extends DatabaseOptions>(
  engine: Engine<Options>,
  questions: Questions,
  options: Options,
  probe: Probe,
  depth: Depth,
): Promise<Explanation> => {
  const said = { engine: questions.dialect, at: probe.now() };
  const { limit } = engine.statements(options, probe);
  const kept: { bundle?: Bundle } = {};
  try {
    const ask = async (ask: (sql: string) => Promise<unknown>): Promise<void> => {
      if (limit !== undefined) await ask(limit);
      const isRefusal = (error: unknown) => engine.codeOf(error) !== undefined;
      const server = { ask, isRefusal, ...(!options.write && { replicated: options.database }) };
      for await (const bundle of collect(server, questions, depth)) kept.bundle = bundle;
    };
    await inSession(
      engine,
      options,
      probe,
      (session, during) => during('query', ask(session.ask)),
      answerBytesMax,
    );
    return { ...said, bundle: kept.bundle ?? { wishes: [] } };
  } catch (error) {
    const failure = error instanceof Deadline ? new Failure('timeout_reply', error.message) : error;
    if (!(failure instanceof Failure || failure instanceof Unfit)) throw error;
    if (kept.bundle !== undefined) return { ...said, bundle: { ...kept.bundle, cut: true } };
    return { ...said, cause: failure.cause, evidence: failure.message };
  }
};
