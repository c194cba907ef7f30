import { createHash, X509Certificate, type KeyObject } from 'node:crypto';
import { LinkError, ParameterError, type LinkReason } from '../../core/errors.ts';

/** NIST SP 800-57 part 1, table 2: 3072 bits of RSA for 128 bits of security. */
export const MIN_RSA_BITS = 3072;
const MAX_RSA_BITS = 8192; // a longer one costs us time in every handshake and buys nothing
const MAX_DER_BYTES = 16 * 1024;
const MAX_PEM_BYTES = 24 * 1024;
export const MAX_NAME_LENGTH = 64; // ub-common-name, RFC 5280 appendix A.1

/** A bank's certificate, of ours or of a peer, after the checks that do not depend on time or on who presents it. */
export class PeerCertificate {
  /** The bank's display name: the common name of the subject. */
  readonly name: string;
  /** See {@link pinOf}. */
  readonly pin: string;
  /** See {@link fingerprintOf}. */
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly pem: string;
  readonly publicKey: KeyObject;

  /**
   * @param encoded PEM text or DER bytes
   * @throws {@link LinkError} `certificate-unsuitable` unless it is a self-signed certificate of an RSA key of 3072 to 8192 bits
   */
  constructor(encoded: string | Uint8Array) {
    const { certificate, publicKey } = parse(encoded);
    const { asymmetricKeyType, asymmetricKeyDetails } = publicKey;
    const bits = asymmetricKeyDetails?.modulusLength ?? 0;
    if (asymmetricKeyType !== 'rsa') throw unsuitable('not an RSA key');
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) throw unsuitable(`an RSA key of ${String(bits)} bits`);
    if (!certificate.verify(publicKey)) throw unsuitable('not signed by its own key');
    this.name = commonName(certificate);
    this.pin = pinOf(certificate);
    this.fingerprint = fingerprintOf(certificate);
    this.notBefore = certificate.validFromDate;
    this.notAfter = certificate.validToDate;
    this.pem = certificate.toString();
    this.publicKey = publicKey;
  }

  /** What is wrong with using the certificate at `time` (milliseconds since 1970), or nothing. */
  faultAt(time: number): LinkReason | undefined {
    if (time < this.notBefore.getTime()) return 'certificate-not-yet-valid';
    if (time > this.notAfter.getTime()) return 'certificate-expired';
    return undefined;
  }
}

/** What peers pin: SHA-256 of the SubjectPublicKeyInfo (RFC 7469, section 2.4), base64url. Survives a renewal with the same key. */
export function pinOf(certificate: X509Certificate | PeerCertificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('base64url');
}

/** SHA-256 of the whole certificate (DER), lower-case hexadecimal: what people compare, and what orders the parties. */
export function fingerprintOf(certificate: X509Certificate | PeerCertificate): string {
  if (certificate instanceof PeerCertificate) return certificate.fingerprint;
  return createHash('sha256').update(certificate.raw).digest('hex');
}

/** The members in party order: party 1 first, ascending by fingerprint. Throws {@link ParameterError} when a key occurs twice. */
export function orderParties(certificates: readonly PeerCertificate[]): PeerCertificate[] {
  const pins = new Set(certificates.map((certificate) => certificate.pin));
  if (pins.size !== certificates.length) throw new ParameterError('two banks present the same key');
  return [...certificates].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

/** Whether people can be shown this as the name of a bank: not too long, and without characters that hide or rearrange text. */
export function isBankName(name: string): boolean {
  return name.trim() !== '' && Array.from(name).length <= MAX_NAME_LENGTH && !/\p{C}/u.test(name);
}

function parse(encoded: string | Uint8Array): { certificate: X509Certificate; publicKey: KeyObject } {
  const limit = typeof encoded === 'string' ? MAX_PEM_BYTES : MAX_DER_BYTES;
  if (encoded.length > limit) throw unsuitable('too large');
  try {
    const certificate = new X509Certificate(encoded);
    return { certificate, publicKey: certificate.publicKey }; // a key that cannot be read shows only here
  } catch {
    throw unsuitable('unreadable');
  }
}

function commonName(certificate: X509Certificate): string {
  const name = certificate.toLegacyObject().subject.CN;
  if (typeof name !== 'string') throw unsuitable('no common name, or several');
  if (!isBankName(name)) throw unsuitable('a common name that is too long or not printable');
  return name;
}

function unsuitable(detail: string): LinkError {
  return new LinkError('certificate-unsuitable', undefined, detail);
}
