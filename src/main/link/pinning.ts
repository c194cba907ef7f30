import type { X509Certificate } from 'node:crypto';
import { LinkError } from '../../core/errors.ts';
import { PeerCertificate } from '../identity/certificate.ts';

/** A bank of which we know the certificate from before. */
export interface PinnedPeer {
  readonly party: number;
  readonly certificate: PeerCertificate;
}

/**
 * Which of `peers` presents this certificate at `time` (milliseconds since 1970). That it holds the key, the TLS
 * handshake has proved. Throws {@link LinkError} with the reason to refuse it.
 */
export function recognise<P extends PinnedPeer>(
  presented: X509Certificate | undefined,
  peers: readonly P[],
  time: number,
): P {
  if (!presented) throw new LinkError('no-certificate');
  const certificate = new PeerCertificate(presented.raw);
  const peer = peers.find((candidate) => candidate.certificate.pin === certificate.pin);
  if (!peer) {
    const namesake = peers.find((candidate) => candidate.certificate.name === certificate.name);
    throw namesake ? new LinkError('certificate-changed', namesake.party) : new LinkError('unknown-certificate');
  }
  const fault = certificate.faultAt(time);
  if (fault) throw new LinkError(fault, peer.party);
  return peer;
}
