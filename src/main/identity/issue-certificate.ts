import { createPublicKey, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';
import type { Random } from '../../core/environment.ts';

const signAsync = promisify(sign);
const SERIAL_BYTES = 16;
/** A name under `.invalid` (RFC 2606): peers are recognised by their pinned key, never by a host name. */
const SUBJECT_ALT_NAME = 'peer.riskweave.invalid';
/** Forge's typings take a type for a class here. */
const UTF8_STRING = forge.asn1.Type.UTF8 as unknown as forge.asn1.Class;
const DNS_NAME = 2; // GeneralName, RFC 5280 section 4.2.1.6

export interface CertificateRequest {
  readonly name: string;
  readonly secretKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly random: Random;
}

/**
 * A self-signed certificate (PEM). node-forge only lays out the fields; the signature is made by OpenSSL off the main
 * thread, so the secret key never enters forge's slow and variable-time arithmetic.
 */
export async function issueCertificate(request: CertificateRequest): Promise<string> {
  const { asn1 } = forge;
  const pki = forge.pki as CompletePki;
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.publicKeyFromPem(
    createPublicKey(request.secretKey).export({ type: 'spki', format: 'pem' }) as string,
  );
  certificate.serialNumber = serialNumber(request.random);
  certificate.validity = { notBefore: request.notBefore, notAfter: request.notAfter };
  const subject = [{ name: 'commonName', value: request.name, valueTagClass: UTF8_STRING }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
    { name: 'subjectAltName', altNames: [{ type: DNS_NAME, value: SUBJECT_ALT_NAME }] },
    { name: 'subjectKeyIdentifier' },
  ]);
  const algorithm = pki.oids.sha256WithRSAEncryption as string;
  certificate.signatureOid = algorithm;
  certificate.siginfo.algorithmOid = algorithm;
  certificate.tbsCertificate = pki.getTBSCertificate(certificate);
  const toBeSigned = Buffer.from(asn1.toDer(certificate.tbsCertificate).getBytes(), 'latin1');
  const signature = await signAsync('sha256', toBeSigned, request.secretKey);
  certificate.signature = signature.toString('latin1');
  return pki.certificateToPem(certificate);
}

/** What forge exports but its typings lack. */
type CompletePki = typeof forge.pki & { getTBSCertificate(certificate: forge.pki.Certificate): forge.asn1.Asn1 };

/** Positive, as RFC 5280 (section 4.1.2.2) demands: the leading byte keeps the sign bit clear. */
function serialNumber(random: Random): string {
  return `01${Buffer.from(random.bytes(SERIAL_BYTES)).toString('hex')}`;
}
