import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** A TCP proxy that cuts, freezes or refuses the connections that pass through it. */
export class FaultProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #cutAfterBytes: (() => number) | undefined;
  #isBlocked = false;
  #cuts = 0;

  constructor(targetPort: number) {
    this.#server = createServer((client) => {
      const server = connect(targetPort, '127.0.0.1');
      this.#join({ client, server });
    });
  }

  static async start(targetPort: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(targetPort);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections cut so far. */
  get cuts(): number {
    return this.#cuts;
  }

  /** Cuts the next `times` connections, each after the number of bytes that `draw` gives, wherever that may be. */
  cutConnections(times: number, draw: () => number): void {
    this.#cutAfterBytes = () => (this.#cuts < times ? draw() : Infinity);
  }

  cutAll(): void {
    for (const pair of this.#pairs) this.#cut(pair);
  }

  /** Open connections stay open, but nothing passes any more. New ones are not affected. */
  freeze(): void {
    for (const { client, server } of this.#pairs) {
      client.unpipe(server).pause();
      server.unpipe(client).pause();
    }
  }

  /** Accepts no further connections for now, and cuts those that are open. */
  block(isBlocked: boolean): void {
    this.#isBlocked = isBlocked;
    if (isBlocked) this.cutAll();
  }

  close(): Promise<void> {
    this.cutAll();
    return new Promise((resolve) =>
      this.#server.close(() => {
        resolve();
      }),
    );
  }

  #join(pair: Pair): void {
    const { client, server } = pair;
    this.#pairs.add(pair);
    let bytesLeft = this.#cutAfterBytes?.() ?? Infinity;
    const count = (chunk: Buffer): void => {
      bytesLeft -= chunk.length;
      if (bytesLeft < 0) this.#cut(pair);
    };
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('error', () => undefined);
      from.on('close', () => {
        to.destroy();
        this.#pairs.delete(pair);
      });
      from.on('data', count);
      from.pipe(to);
    }
    if (this.#isBlocked) this.#cut(pair);
  }

  #cut(pair: Pair): void {
    if (!this.#pairs.delete(pair)) return;
    this.#cuts += 1;
    pair.client.destroy();
    pair.server.destroy();
  }
}
