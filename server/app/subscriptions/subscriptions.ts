// Members ask to be told by mail, confirm, change what they wish, and are forgotten. Whoever asks learns nothing of an address:
// what he gets for one that is known and for one that is not is the same, and so is the work.
import type { Config } from '../../../config/config.ts';
import { confirmMs } from '../../core/subscriptions/subscriber.ts';
import type { Subscriber, Wish } from '../../core/subscriptions/subscriber.ts';
import type { Clock, Cron, Log } from '../ports.ts';
import type { SubscriberCounts, SubscriberStore } from './ports.ts';
import type { Purpose, Tokens } from './tokens.ts';

export interface SubscriptionsDeps {
  readonly store: SubscriberStore;
  readonly config: () => Pick<Config, 'subscriptions' | 'services'>;
  readonly tokens: Tokens;
  readonly clock: Pick<Clock, 'now'>;
  readonly cron: Cron;
  readonly log: Pick<Log, 'error' | 'info'>;
  /** So many bytes that nobody can guess. */
  readonly randomBytes: (count: number) => Uint8Array;
  /** A mail waits. */
  readonly called: () => void;
  readonly counted: (counts: Pick<SubscriberCounts, 'confirmed' | 'unconfirmed'>) => void;
}

const nameBytes = 16;

export class Subscriptions {
  readonly #deps: SubscriptionsDeps;
  #stopTidying = () => {};

  constructor(deps: SubscriptionsDeps) {
    this.#deps = deps;
  }

  /** Erases from now on whoever does not confirm, every hour. */
  start(): void {
    const tidy = () =>
      void this.#tidy().catch((error: unknown) => this.#deps.log.error('subscriptions.untidy', { error }));
    tidy();
    this.#stopTidying = this.#deps.cron('41 * * * *', 'UTC', tidy);
  }

  stop(): void {
    this.#stopTidying();
  }

  /** Somebody asks that this address be told. Rejects with a `StoreError`. */
  async ask(address: string, wish: Wish): Promise<void> {
    const { store, config, clock, randomBytes, called } = this.#deps;
    const { subscriptions } = config();
    if (subscriptions === undefined) return;
    const name = Buffer.from(randomBytes(nameBytes)).toString('hex');
    await store.askToBeTold({ name, address, wish, at: clock.now(), most: subscriptions.most });
    called();
    await this.#count();
  }

  /** Whose link it is; nothing, when it does not hold, or holds no more. */
  async find(token: string, purpose: Purpose): Promise<Subscriber | undefined> {
    const { store, tokens, clock } = this.#deps;
    const name = tokens.nameIn(token, purpose);
    const found = name === undefined ? undefined : await store.subscriber(name);
    if (found === undefined) return undefined;
    // Only who has confirmed was ever sent the other link.
    const isTooLate = found.confirmedAt === undefined && clock.now() - found.askedAt >= confirmMs;
    return isTooLate ? undefined : found;
  }

  /** The subscriber as he is then; nothing, when the link does not hold. */
  async confirm(token: string): Promise<Subscriber | undefined> {
    const found = await this.find(token, 'confirm');
    if (found === undefined) return undefined;
    const { store, clock } = this.#deps;
    const changed = await store.changeSubscriber(found.name, { kind: 'confirmed', at: clock.now() });
    await this.#count();
    return changed === 'unknown' ? undefined : found;
  }

  async change(token: string, wish: Wish): Promise<Subscriber | undefined> {
    const found = await this.find(token, 'manage');
    if (found === undefined) return undefined;
    const changed = await this.#deps.store.changeSubscriber(found.name, { kind: 'changed', wish });
    return changed === 'unknown' ? undefined : { ...found, wish };
  }

  /** Nothing of the address is kept, and what waited for it is not sent. Whoever is not there any more is erased, too. */
  async erase(token: string): Promise<boolean> {
    const name = this.#deps.tokens.nameIn(token, 'manage');
    if (name === undefined) return false;
    await this.#deps.store.changeSubscriber(name, { kind: 'erased' });
    await this.#count();
    return true;
  }

  /** What an administrator was told of an address, or of the sender that came back: `bounces+NAME@…`. */
  async report(kind: 'erased' | 'bounced', whose: string): Promise<void> {
    const name = /\+([0-9a-f]{32})@[^@]*$/i.exec(whose)?.[1]?.toLowerCase();
    await this.#deps.store.changeSubscriber(name ?? whose.trim(), { kind });
    await this.#count();
  }

  counts(): Promise<SubscriberCounts> {
    const { store, config } = this.#deps;
    const open = config().services.filter((service) => service.public);
    return store.countSubscribers(open.map(({ id }) => id));
  }

  async #tidy(): Promise<void> {
    const { store, clock, log } = this.#deps;
    const erased = await store.tidySubscribers(clock.now());
    if (erased > 0) log.info('subscriptions.erased', { unconfirmed: erased });
    await this.#count();
  }

  async #count(): Promise<void> {
    const { confirmed, unconfirmed } = await this.#deps.store.countSubscribers([]);
    this.#deps.counted({ confirmed, unconfirmed });
  }
}
