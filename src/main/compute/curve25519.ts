import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import type { Curve25519 } from '../../core/reconciliation/curve.ts';
import { batchOf, bytesAt } from '../../core/modulus/batch.ts';

const PUBLIC_KEY_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');
const PRIVATE_KEY_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const POINT_BYTES = 32;

/** X25519 by OpenSSL, in constant time (RFC 7748). A point of small order yields 32 zero bytes. */
export function hostCurve(breathe: () => Promise<void> | undefined): Curve25519 {
  return {
    async multiply(scalar, points) {
      const privateKey = createPrivateKey({
        key: Buffer.concat([PRIVATE_KEY_PREFIX, scalar]),
        format: 'der',
        type: 'pkcs8',
      });
      const out = new Uint8Array(points.count * POINT_BYTES);
      for (let i = 0; i < points.count; i++) {
        const key = Buffer.concat([PUBLIC_KEY_PREFIX, bytesAt(points, i)]);
        const publicKey = createPublicKey({ key, format: 'der', type: 'spki' });
        out.set(sharedPoint(privateKey, publicKey), i * POINT_BYTES);
        await breathe();
      }
      return batchOf(out, POINT_BYTES);
    },
  };
}

function sharedPoint(
  privateKey: ReturnType<typeof createPrivateKey>,
  publicKey: ReturnType<typeof createPublicKey>,
): Uint8Array {
  try {
    return diffieHellman({ privateKey, publicKey });
  } catch {
    return new Uint8Array(POINT_BYTES); // OpenSSL refuses the all-zero result of points of small order
  }
}
