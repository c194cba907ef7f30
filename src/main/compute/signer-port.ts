import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Signer } from '../../core/environment.ts';
import { PortCaller, serveCalls } from './port-calls.ts';

/** Lets another thread sign and verify, while the identity key stays in this one. The result goes into the transfer list. */
export function serveSigner(signer: Signer): MessagePort {
  const { port1: ours, port2: theirs } = new MessageChannel();
  serveCalls(ours, {
    sign: (message: Uint8Array) => signer.sign(message),
    verify: (party: number, message: Uint8Array, signature: Uint8Array) => signer.verify(party, message, signature),
  });
  return theirs;
}

/** The other end of {@link serveSigner}. */
export function signerOver(port: MessagePort): Signer {
  const calls = new PortCaller(port);
  return {
    sign: (message) => calls.call('sign', message),
    verify: (party, message, signature) => calls.call('verify', party, message, signature),
  };
}
