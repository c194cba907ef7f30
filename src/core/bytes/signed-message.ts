import { Writer } from './encoding.ts';

/** What a bank's identity really signs: the purpose keeps a signature of one kind from passing for another. */
export function signedMessage(purpose: string, message: Uint8Array): Uint8Array {
  return new Writer().text('riskweave/1/signature').text(purpose).bytes(message).done();
}
