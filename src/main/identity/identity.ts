import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { inspect, promisify } from 'node:util';
import { ParameterError } from '../../core/errors.ts';
import type { Random } from '../../core/environment.ts';
import { hostCalendarTime, hostRandom, type CalendarTime } from '../runtime.ts';
import { isBankName, MAX_NAME_LENGTH, MIN_RSA_BITS, PeerCertificate } from './certificate.ts';
import { issueCertificate } from './issue-certificate.ts';

const generateKeyPairAsync = promisify(generateKeyPair);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A bank's key pair and certificate. The secret key shows in no log, error or JSON. */
export class Identity {
  readonly certificate: PeerCertificate;
  readonly #secretKey: KeyObject;

  /** Throws {@link ParameterError} when the key and the certificate do not belong together. */
  constructor(certificate: PeerCertificate, secretKey: KeyObject) {
    if (!createPublicKey(secretKey).equals(certificate.publicKey))
      throw new ParameterError('the secret key is not that of the certificate');
    this.certificate = certificate;
    this.#secretKey = secretKey;
  }

  /** The inverse of {@link exportSecretKey}. */
  static restore(certificatePem: string, secretKeyPem: string): Identity {
    return new Identity(new PeerCertificate(certificatePem), createPrivateKey(secretKeyPem));
  }

  get name(): string {
    return this.certificate.name;
  }

  /** For signing; hand it to nothing but `node:crypto`. */
  get secretKey(): KeyObject {
    return this.#secretKey;
  }

  /** PKCS #8 in PEM, unencrypted: for TLS, and for the vault, which seals it. */
  exportSecretKey(): string {
    return this.#secretKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  }

  [inspect.custom](): string {
    return `Identity of ${this.name}`;
  }
}

export interface IdentityOptions {
  /** The bank's display name: 1 to 64 Unicode characters without control characters. */
  readonly name: string;
  readonly now?: CalendarTime;
  readonly validityDays?: number;
  readonly random?: Random;
}

/** A fresh RSA-3072 key with its certificate, valid from an hour ago, since clocks differ. Throws {@link ParameterError} for an unusable name. */
export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { name, now = hostCalendarTime, validityDays = 825, random = hostRandom } = options;
  if (!isBankName(name))
    throw new ParameterError(`a bank's name has 1 to ${String(MAX_NAME_LENGTH)} printable characters`);
  const { privateKey } = await generateKeyPairAsync('rsa', { modulusLength: MIN_RSA_BITS });
  const certificatePem = await issueCertificate({
    name,
    secretKey: privateKey,
    notBefore: new Date(now() - HOUR_MS),
    notAfter: new Date(now() + validityDays * DAY_MS),
    random,
  });
  return new Identity(new PeerCertificate(certificatePem), privateKey);
}
