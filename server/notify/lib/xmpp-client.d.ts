// What is used of @xmpp/client, which brings no types.
declare module '@xmpp/client' {
  import type { EventEmitter } from 'node:events';

  export interface Element {
    readonly attrs: Readonly<Record<string, string | undefined>>;
    is(name: string): boolean;
    getChild(name: string): Element | undefined;
    getChildElements(): readonly { readonly name: string }[];
  }

  export interface Transport {
    readonly prototype: object & { socketParameters(service: string): object | undefined };
  }

  export interface Client extends EventEmitter {
    transports: Transport[];
    readonly reconnect: { stop(): void };
    readonly iqCaller: { request(stanza: Element, timeoutMs?: number): Promise<Element> };
    start(): Promise<unknown>;
    stop(): Promise<unknown>;
    send(stanza: Element): Promise<void>;
  }

  export const client: (options: {
    readonly service: string;
    readonly domain: string;
    readonly resource: string;
    readonly username: string;
    readonly password: string;
    readonly timeout: number;
  }) => Client;

  export const xml: (
    name: string,
    attributes: Readonly<Record<string, string>>,
    ...children: readonly (Element | string)[]
  ) => Element;
}
