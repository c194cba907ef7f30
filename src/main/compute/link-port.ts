import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { fromHex, toHex } from '../../core/bytes/hex.ts';
import { LinkError } from '../../core/errors.ts';
import type { Link, Network } from '../../core/network/network.ts';
import { PortCaller, serveCalls } from './port-calls.ts';

/** A link in another thread. Handed over as it is, with `port` in the transfer list. */
export interface LinkPort {
  readonly self: number;
  readonly size: number;
  readonly port: MessagePort;
}

/** Lets another thread use `link`. Its sessions close when that thread closes them or ends. */
export function serveLink(link: Link): LinkPort {
  const { port1: ours, port2: theirs } = new MessageChannel();
  const networks = new Map<string, Network>();
  const network = (session: string): Network => {
    const found = networks.get(session);
    if (!found) throw new LinkError('done');
    return found;
  };
  serveCalls(ours, {
    open: (session: string) => {
      networks.set(session, link.open(fromHex(session)));
      return Promise.resolve();
    },
    send: (session: string, to: number, round: string, body: Uint8Array) => network(session).send(to, round, body),
    receive: async (session: string, from: number, round: string) =>
      detached(await network(session).receive(from, round)),
    close: (session: string) => {
      network(session).close();
      networks.delete(session);
      return Promise.resolve();
    },
  });
  ours.on('close', () => {
    for (const open of networks.values()) open.close();
  });
  return { self: link.self, size: link.size, port: theirs };
}

/** The other end of {@link serveLink}. */
export function linkOver({ self, size, port }: LinkPort): Link {
  const calls = new PortCaller(port);
  // Calls arrive in order, so that nothing of a session comes before its opening.
  const quietly = (call: Promise<unknown>): void => void call.catch(() => undefined);
  return {
    self,
    size,
    open(sessionId) {
      const session = toHex(sessionId);
      quietly(calls.call('open', session));
      return {
        self,
        size,
        send: (to, round, body) => calls.call('send', session, to, round, detached(body)),
        receive: (from, round) => calls.call('receive', session, from, round),
        close: () => {
          quietly(calls.call('close', session));
        },
      };
    },
  };
}

/** A copy that stands alone: of a view, the whole buffer behind it would cross. */
function detached(body: Uint8Array): Uint8Array {
  return new Uint8Array(body);
}
