// What the calendar has told so far, kept across restarts: only so does it know what has changed since, and what is gone. What
// subscribers are told of it is kept with it.
import type { Bulletin, BulletinChange } from '../core/subscriptions/subscriber.ts';
import type { Instant } from '../core/time.ts';
import type { Log, Store } from './ports.ts';
import type { PublishedWindow } from './published-maintenance.ts';
import { isolate } from './turns.ts';
import type { Turns } from './turns.ts';

type AnnouncementStore = Pick<Store, 'announcements' | 'keepAnnouncements'>;

export class Announcements {
  /** By id. */
  readonly told: Map<string, PublishedWindow>;
  readonly #unkept = new Map<string, PublishedWindow>();
  #unkeptBulletins: readonly Extract<BulletinChange, { kind: 'told' }>[] = [];
  /** Decided with the last word, and not to be decided with each one. */
  #decided: ReadonlySet<string> = new Set();
  readonly #keep: Turns;
  #before: Instant = 0;

  private constructor(
    store: AnnouncementStore,
    log: Log,
    told: readonly PublishedWindow[],
    kept: () => void,
  ) {
    this.told = new Map(told.map((window) => [window.id, window]));
    this.#keep = isolate(async () => {
      const [windows, bulletins] = [[...this.#unkept.values()], this.#unkeptBulletins];
      await store.keepAnnouncements(windows, this.#before, bulletins);
      this.#unkeptBulletins = this.#unkeptBulletins.filter((bulletin) => !bulletins.includes(bulletin));
      if (bulletins.length > 0) kept();
      for (const window of windows)
        if (this.#unkept.get(window.id) === window) this.#unkept.delete(window.id);
    }, log);
  }

  /** `kept`: called when something is kept that subscribers are told. Rejects with a `StoreError`. */
  static async open(store: AnnouncementStore, log: Log, kept: () => void = () => {}): Promise<Announcements> {
    return new Announcements(store, log, await store.announcements(), kept);
  }

  /** This is what is told now; what ended before `since` is told no more. What could not be kept is kept with the next word. */
  note(calendar: readonly PublishedWindow[], since: Instant, bulletins: readonly Bulletin[] = []): void {
    for (const { id, until } of this.told.values()) if (until <= since) this.told.delete(id);
    for (const window of calendar) {
      if (this.told.get(window.id)?.changedAt === window.changedAt) continue;
      this.told.set(window.id, window);
      this.#unkept.set(window.id, window);
    }
    const fresh = bulletins
      .filter(({ key }) => !this.#decided.has(key))
      .map((bulletin) => ({ kind: 'told', bulletin, decidedAt: bulletin.at }) as const);
    this.#decided = new Set(bulletins.map(({ key }) => key));
    this.#unkeptBulletins = [...this.#unkeptBulletins, ...fresh];
    this.#before = since;
    if (this.#unkept.size + this.#unkeptBulletins.length > 0) this.#keep();
  }
}
