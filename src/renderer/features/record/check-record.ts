import { fromHex } from '../../../core/bytes/hex.ts';
import { signedMessage } from '../../../core/bytes/signed-message.ts';
import { KEY_BITS } from '../../../core/params.ts';
import { recordStatement, type RecordedParty } from '../../../core/run/record.ts';
import { readCertificate, verifySignature, type Certificate } from './certificate.ts';
import { describeRecord } from './describe-record.ts';
import { parseRecord } from './parse-record.ts';
import type { BankEntry, Check, Verdict } from './verdict.ts';

const SHOWN_FAULTS = 5;

interface CheckedParty {
  readonly party: RecordedParty;
  /** Nothing where the record holds none that can be read. */
  readonly certificate: Certificate | undefined;
  readonly signed: boolean;
}

/** Whether the text is a run record that all its banks have signed as it stands. Uses nothing but the text itself. */
export async function checkRecord(text: string): Promise<Verdict> {
  const parsed = parseRecord(text);
  if ('faults' in parsed) return notARecord(parsed.faults);
  const { record, signatures } = parsed.record;
  const statement = new Uint8Array(signedMessage('run record', recordStatement(record)));
  const parties = await Promise.all(
    record.parties.map((party, i) => checkParty(party, statement, fromHex(signatures[i] as string))),
  );
  const checks = [
    { passed: true, subject: 'Form', finding: 'This is a run record of version 1, and it is complete.' },
    certificateCheck(parties),
    signatureCheck(parties),
    keyCheck(record.key.bits),
  ];
  const genuine = checks.every((check) => check.passed);
  const size = String(parties.length);
  return {
    genuine,
    headline: genuine ? `All ${size} banks have signed this record, and it is unchanged` : 'Do not rely on this record',
    checks,
    contents: describeRecord(record, parties.map(bankEntry)),
  };
}

async function checkParty(
  party: RecordedParty,
  statement: Uint8Array<ArrayBuffer>,
  signature: Uint8Array,
): Promise<CheckedParty> {
  const certificate = await readCertificate(new Uint8Array(fromHex(party.certificate))).catch(() => undefined);
  const signed =
    certificate !== undefined && (await verifySignature(certificate, statement, new Uint8Array(signature)));
  return { party, certificate, signed };
}

/** What was computed with a short key was not protected, whoever signed it. */
function keyCheck(bits: number): Check {
  const passed = KEY_BITS.some((secure) => secure === bits);
  const length = `The shared key has ${String(bits)} bits`;
  const finding = passed ? `${length}.` : `${length}, which is insecure: for demonstrations only.`;
  return { passed, subject: 'Shared key', finding };
}

function certificateCheck(parties: readonly CheckedParty[]): Check {
  const subject = 'Banks';
  const unreadable = parties.filter(({ certificate }) => certificate === undefined);
  if (unreadable.length > 0) {
    return { passed: false, subject, finding: `The certificate of ${names(unreadable)} cannot be read.` };
  }
  const renamed = parties.filter(({ party, certificate }) => certificate?.name !== party.name);
  if (renamed.length > 0) {
    return { passed: false, subject, finding: `The certificate of ${names(renamed)} is made out to another name.` };
  }
  const fingerprints = parties.map(({ certificate }) => certificate?.fingerprint ?? '');
  const ascending = fingerprints.every((fingerprint, i) => i === 0 || fingerprint > (fingerprints[i - 1] as string));
  if (!ascending) {
    return {
      passed: false,
      subject,
      finding: 'The banks are not in the order of their fingerprints, or one occurs twice.',
    };
  }
  return { passed: true, subject, finding: 'Every bank is named as in its certificate, and each occurs once.' };
}

function signatureCheck(parties: readonly CheckedParty[]): Check {
  const unsigned = parties.filter(({ signed }) => !signed);
  if (unsigned.length === 0) {
    return { passed: true, subject: 'Signatures', finding: 'Each bank’s signature matches exactly these contents.' };
  }
  const all = unsigned.length === parties.length;
  const finding = all
    ? 'No signature matches: the contents were changed after the banks had signed.'
    : `The signature of ${names(unsigned)} does not match: it was replaced, or made for other contents.`;
  return { passed: false, subject: 'Signatures', finding };
}

function names(parties: readonly CheckedParty[]): string {
  return new Intl.ListFormat('en').format(parties.map(({ party }) => party.name));
}

function bankEntry({ party, certificate, signed }: CheckedParty): BankEntry {
  return {
    name: party.name,
    contributed: party.role === 'contributor',
    accounts: party.accounts,
    fingerprint: certificate?.fingerprint,
    signed,
  };
}

function notARecord(faults: readonly string[]): Verdict {
  const shown: readonly Check[] = faults
    .slice(0, SHOWN_FAULTS)
    .map((finding, i) => ({ passed: false, subject: `Problem ${String(i + 1)}`, finding }));
  const more = faults.length - shown.length;
  const rest = { passed: false, subject: 'And', finding: `${String(more)} more of this kind.` };
  return { genuine: false, headline: 'This is not a run record', checks: more > 0 ? [...shown, rest] : shown };
}
