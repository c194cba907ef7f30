import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Network } from '../../core/network/network.ts';
import { PortCaller, serveCalls } from './port-calls.ts';

/** A network in another thread. Handed over as it is, with `port` in the transfer list. */
export interface NetworkPort {
  readonly self: number;
  readonly size: number;
  readonly port: MessagePort;
}

/** Lets another thread use `network`. The network closes when that thread closes it or ends. */
export function serveNetwork(network: Network): NetworkPort {
  const { port1: ours, port2: theirs } = new MessageChannel();
  serveCalls(ours, {
    send: (to: number, round: string, body: Uint8Array) => network.send(to, round, body),
    receive: async (from: number, round: string) => detached(await network.receive(from, round)),
  });
  ours.on('close', () => {
    network.close();
  });
  return { self: network.self, size: network.size, port: theirs };
}

/** The other end of {@link serveNetwork}. */
export function networkOver({ self, size, port }: NetworkPort): Network {
  const calls = new PortCaller(port);
  return {
    self,
    size,
    send: (to, round, body) => calls.call('send', to, round, detached(body)),
    receive: (from, round) => calls.call('receive', from, round),
    close: () => {
      calls.close();
    },
  };
}

/** A copy that stands alone: of a view, the whole buffer behind it would cross. */
function detached(body: Uint8Array): Uint8Array {
  return new Uint8Array(body);
}
