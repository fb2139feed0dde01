// Services, their checks and the witnesses, each read for itself.
import { completeCheck, reviewDefaults } from './complete.ts';
import type { Completion, Cron } from './complete.ts';
import type { CheckConfig, ServiceConfig, WitnessConfig } from './config.ts';
import { Dependencies } from './dependencies.ts';
import type { Dependant } from './dependencies.ts';
import { isMapping } from './document.ts';
import { Ids } from './ids.ts';
import type { LocalFiles } from './local-files.ts';
import type { Path } from './problems.ts';
import type { Review } from './review.ts';
import {
  checkSchema,
  commonSchema,
  rootSchema,
  serviceSchema,
  unknownTypeSchema,
  witnessSchema,
} from './schema.ts';
import type { WrittenDefaults } from './adjustable.ts';
import type { KnownCheck, KnownChecks, Role } from './schema.ts';

export interface ServiceRules {
  readonly checkTypes: KnownChecks;
  readonly cron: Cron;
}

/** Reads one after the other, whatever is wrong with those before. */
export class ServiceReader {
  readonly #checkTypes: KnownChecks;
  readonly #localFiles: LocalFiles;
  readonly #review: Review;
  /** Nothing when what is written for all checks is wrong in itself. */
  readonly #defaults: WrittenDefaults | undefined;
  readonly #settings: Pick<Completion, 'timezone' | 'vantagePoints' | 'cron' | 'review'>;
  readonly #serviceIds: Ids;
  readonly #checkIds: Ids;
  readonly #schemas = new Map<string, CheckSchemas>();
  readonly #dependants: Dependant[] = [];
  /** Nothing when one of them is wrong in itself. */
  #witnesses: readonly WitnessConfig[] | undefined;

  constructor({ checkTypes, cron }: ServiceRules, localFiles: LocalFiles, review: Review) {
    const { organisation, defaults, 'vantage-points': places } = rootSchema.shape;
    this.#checkTypes = checkTypes;
    this.#localFiles = localFiles;
    this.#review = review;
    this.#defaults = review.peek(defaults, ['defaults']);
    if (this.#defaults) reviewDefaults(this.#defaults, review);
    const timezone = review.peek(organisation.shape.timezone, ['organisation', 'timezone']) ?? 'UTC';
    const vantagePoints = review.peek(places, ['vantage-points'])?.map(({ id }) => id) ?? [];
    this.#settings = { timezone, vantagePoints, cron: surveyedOnce(cron), review };
    this.#serviceIds = new Ids(review);
    this.#checkIds = new Ids(review);
    const vantageIds = new Ids(review);
    for (const [index, id] of vantagePoints.entries()) vantageIds.claim(id, ['vantage-points', index, 'id']);
  }

  /** The witnesses come first, for some checks are made of what they see. */
  witnesses(): readonly WitnessConfig[] {
    const read = this.#pathsIn(['witnesses']).map((path) => this.#witness(path));
    const witnesses = read.filter((witness) => witness !== undefined);
    if (witnesses.length === read.length) this.#witnesses = witnesses;
    return witnesses;
  }

  services(): readonly ServiceConfig[] {
    const services = this.#pathsIn(['services']).flatMap((path) => this.#service(path) ?? []);
    const dependencies = new Dependencies(this.#dependants, this.#review);
    return services.map((service) => ({
      ...service,
      ...dependencies.of({ kind: 'service', id: service.id }),
      checks: service.checks.map((check) => ({
        ...check,
        ...dependencies.of({ kind: 'check', id: check.id }),
      })),
    }));
  }

  #service(path: Path): ServiceConfig | undefined {
    const service = this.#review.parse(serviceSchema, path);
    const id = this.#textAt([...path, 'id']);
    const isUnique = this.#serviceIds.claim(id, [...path, 'id']);
    if (id !== undefined && isUnique) this.#depends({ kind: 'service', id, service: id, path });
    const checkPaths = this.#pathsIn([...path, 'checks']);
    const checks = checkPaths.map((checkPath) => {
      if (checkPaths.length > 1) this.#requireId(checkPath);
      return this.#check(checkPath, id ?? '', checkPaths.length === 1 && isUnique ? id : undefined);
    });
    if (service === undefined) return undefined;
    const { 'depends-on': _, ...rest } = service;
    return { ...rest, checks: checks.filter((check) => check !== undefined) };
  }

  #check(path: Path, service: string, usualId: string | undefined): CheckConfig | undefined {
    const id = this.#textAt([...path, 'id']) ?? usualId;
    const isUnique = this.#checkIds.claim(id, [...path, 'id']);
    if (id !== undefined && isUnique) this.#depends({ kind: 'check', id, service, path });
    const check = this.#read(path, 'check');
    return check && id !== undefined ? { id, ...check } : undefined;
  }

  #witness(path: Path): WitnessConfig | undefined {
    const check = this.#read(path, 'witness');
    const target = check && this.#checkTypes[check.type]?.target?.(check.options);
    const id = this.#textAt([...path, 'id']) ?? (target && slug(`witness ${check.type} ${target}`));
    if (check && id === undefined)
      this.#review.say([...path, 'id'], 'an id, because no address is dialled after which to name it');
    this.#checkIds.claim(id, [...path, 'id']);
    const place = this.#review.peek(witnessSchema, path);
    return check && place && id !== undefined ? { id, ...check, ...place } : undefined;
  }

  // What of it is no list of ids is told where the rest of it is read.
  #depends(dependant: Omit<Dependant, 'on'>): void {
    const on = this.#review.peek(serviceSchema.shape['depends-on'], [...dependant.path, 'depends-on']);
    this.#dependants.push({ ...dependant, on: on ?? [] });
  }

  #requireId(path: Path): void {
    const check = this.#review.at(path);
    if (isMapping(check) && !('id' in check))
      this.#review.say([...path, 'id'], 'an id, because the service has several checks');
  }

  #read(path: Path, role: Role): Omit<CheckConfig, 'id'> | undefined {
    const types = Object.entries(this.#checkTypes).filter(
      ([, { kind }]) => role === 'check' || kind === 'active',
    );
    const [name = '', type] = types.find(([name]) => name === this.#review.at([...path, 'type'])) ?? [];
    if (type === undefined) {
      this.#review.parse(unknownTypeSchema(types.map(([name]) => name)), path);
      return undefined;
    }
    const { whole, part } = this.#schemasOf(name, type, role);
    const parsed = this.#review.parse(whole, path);
    // Not from `parsed`: a wrong option does not hide that the timeout is longer than the interval.
    const common = this.#review.peek(part, path);
    if (common === undefined || this.#defaults === undefined) return undefined;
    const options = parsed && this.#optionsOf(type, parsed, path);
    const check = completeCheck(common, options, {
      ...this.#settings,
      defaults: this.#defaults,
      type,
      role,
      path,
      witnesses: this.#witnesses,
    });
    return options && check;
  }

  #optionsOf({ options }: KnownCheck, parsed: Readonly<Record<string, unknown>>, path: Path) {
    const written = Object.entries(parsed).filter(([key]) => key in options.shape);
    return this.#localFiles.settle(options, Object.fromEntries(written), path);
  }

  #schemasOf(name: string, type: KnownCheck, role: Role): CheckSchemas {
    const key = `${role} ${name}`;
    const schemas = this.#schemas.get(key) ?? {
      whole: checkSchema(name, type, role),
      part: commonSchema(type, role),
    };
    this.#schemas.set(key, schemas);
    return schemas;
  }

  #pathsIn(path: Path): Path[] {
    const list = this.#review.at(path);
    return Array.isArray(list) ? list.map((_, index) => [...path, index]) : [];
  }

  #textAt(path: Path): string | undefined {
    const value = this.#review.at(path);
    return typeof value === 'string' ? value : undefined;
  }
}

/** Many checks share few expressions, and to look through forty years of one takes milliseconds. */
const surveyedOnce = ({ problem, longestGapMs }: Cron): Cron => {
  const gapsMs = new Map<string, number>();
  return {
    problem,
    longestGapMs: (expression, timezone) => {
      const key = `${expression} ${timezone}`;
      const gapMs = gapsMs.get(key) ?? longestGapMs(expression, timezone);
      gapsMs.set(key, gapMs);
      return gapMs;
    },
  };
};

interface CheckSchemas {
  readonly whole: ReturnType<typeof checkSchema>;
  readonly part: ReturnType<typeof commonSchema>;
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
    .replace(/-$/, '');
