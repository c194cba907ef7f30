import { toHex } from '../../../core/bytes/hex.ts';

/** The parts of an X.509 certificate (RFC 5280, section 4.1) that checking a signature needs; browsers offer no parser. */
export interface Certificate {
  /** The common name of the subject. */
  readonly name: string;
  /** SHA-256 of the whole certificate, lower-case hexadecimal. */
  readonly fingerprint: string;
  readonly publicKey: CryptoKey;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const OBJECT_IDENTIFIER = 0x06;
const EXPLICIT_VERSION = 0xa0;
const COMMON_NAME = '550403'; // 2.5.4.3

/** One value of DER: tag, contents, and its encoding as a whole. */
interface Value {
  readonly tag: number;
  readonly contents: Uint8Array<ArrayBuffer>;
  readonly encoding: Uint8Array<ArrayBuffer>;
}

/**
 * @param der the whole certificate and nothing behind it
 * @throws an Error that says what is wrong with it
 */
export async function readCertificate(der: Uint8Array<ArrayBuffer>): Promise<Certificate> {
  const [certificate] = values(der);
  const [body] = certificate?.tag === SEQUENCE ? values(certificate.contents) : [];
  if (body?.tag !== SEQUENCE || certificate?.encoding.length !== der.length) throw new Error('not a certificate');
  const fields = values(body.contents);
  if (fields[0]?.tag === EXPLICIT_VERSION) fields.shift();
  const [, , , , subject, publicKeyInfo] = fields; // after serial number, algorithm, issuer and validity
  if (!subject || publicKeyInfo?.tag !== SEQUENCE) throw new Error('not a certificate');
  return {
    name: commonName(subject),
    fingerprint: toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', der))),
    publicKey: await crypto.subtle.importKey(
      'spki',
      publicKeyInfo.encoding,
      { name: 'RSA-PSS', hash: 'SHA-256' },
      true,
      ['verify'],
    ),
  };
}

/** RSASSA-PSS with SHA-256 and a salt as long as the hash, as the banks sign. */
export function verifySignature(
  certificate: Certificate,
  message: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  return crypto.subtle.verify({ name: 'RSA-PSS', saltLength: 32 }, certificate.publicKey, signature, message);
}

/** Relative distinguished names are sets of (type, value) pairs. */
function commonName(name: Value): string {
  for (const set of values(name.contents).filter((value) => value.tag === SET)) {
    for (const pair of values(set.contents)) {
      const [type, text] = values(pair.contents);
      if (type?.tag === OBJECT_IDENTIFIER && text && toHex(type.contents) === COMMON_NAME) {
        return new TextDecoder('utf-8', { fatal: true }).decode(text.contents);
      }
    }
  }
  throw new Error('a certificate without a name');
}

/** The values that follow each other in `bytes` (X.690, section 8.1, definite lengths of at most two bytes). */
function values(bytes: Uint8Array<ArrayBuffer>): Value[] {
  const found: Value[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] as number;
    const [first = NaN, second = NaN, third = NaN] = bytes.subarray(at + 1, at + 4);
    let header: number;
    let length: number;
    if (first < 0x80) [header, length] = [2, first];
    else if (first === 0x81) [header, length] = [3, second];
    else if (first === 0x82) [header, length] = [4, second * 256 + third];
    else throw new Error('not a certificate');
    const end = at + header + length;
    if (!(end <= bytes.length)) throw new Error('a certificate that is cut off');
    found.push({ tag, contents: bytes.subarray(at + header, end), encoding: bytes.subarray(at, end) });
    at = end;
  }
  return found;
}
