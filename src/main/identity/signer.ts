import { constants, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { signedMessage } from '../../core/bytes/signed-message.ts';
import type { Signer } from '../../core/environment.ts';
import type { PeerCertificate } from './certificate.ts';
import type { Identity } from './identity.ts';

const signAsync = promisify(sign);
const verifyAsync = promisify(verify);

/** RSASSA-PSS (RFC 8017, section 8.1) with SHA-256 and a salt as long as the hash. */
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } as const;

/**
 * Signatures under `identity`, and the check of the members' under their pinned certificates.
 * @param parties the members' certificates in party order
 * @param purpose what is signed; a signature for one purpose is none for another
 */
export function createSigner(identity: Identity, parties: readonly PeerCertificate[], purpose: string): Signer {
  return {
    async sign(message) {
      return new Uint8Array(
        await signAsync('sha256', signedMessage(purpose, message), { key: identity.secretKey, ...PSS }),
      );
    },
    async verify(party, message, signature) {
      const certificate = parties[party - 1];
      if (!certificate) return false;
      return verifyAsync('sha256', signedMessage(purpose, message), { key: certificate.publicKey, ...PSS }, signature);
    },
  };
}
