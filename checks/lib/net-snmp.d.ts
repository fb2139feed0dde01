// As much of `net-snmp` as is used here; it brings no types of its own.
declare module 'net-snmp' {
  import type { EventEmitter } from 'node:events';

  /** `value` is null where there is none; a Buffer for texts and for Counter64. */
  export interface Varbind {
    readonly oid: string;
    readonly type: number;
    readonly value: unknown;
  }

  /** What a session wants of `node:dgram`. */
  export interface Datagrams {
    readonly createSocket: (type: string) => object;
  }

  export interface SessionOptions {
    readonly port: number;
    readonly transport: 'udp4' | 'udp6';
    readonly retries: number;
    /** Milliseconds before each of the tries is given up. */
    readonly timeout: number;
    readonly version?: number;
    readonly dgramModule: Datagrams;
  }

  export interface User {
    readonly name: string;
    readonly level: number;
    readonly authProtocol?: number;
    readonly authKey?: string;
    readonly privProtocol?: number;
    readonly privKey?: string;
  }

  export class Session extends EventEmitter {
    get(oids: readonly string[], done: (error: Error | null, varbinds?: readonly Varbind[]) => void): void;
    getBulk(
      oids: readonly string[],
      nonRepeaters: number,
      maxRepetitions: number,
      done: (error: Error | null, varbinds?: readonly (readonly Varbind[])[]) => void,
    ): void;
    close(): void;
  }

  interface Library {
    createSession(target: string, community: string, options: SessionOptions): Session;
    createV3Session(target: string, user: User, options: SessionOptions): Session;
    readonly Version2c: number;
    readonly SecurityLevel: Readonly<Record<'noAuthNoPriv' | 'authNoPriv' | 'authPriv', number>>;
    readonly AuthProtocols: Readonly<Record<string, number>>;
    readonly PrivProtocols: Readonly<Record<string, number>>;
  }

  const library: Library;
  export default library;
}
