import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LinkReason } from '../../src/core/errors.ts';
import { PeerCertificate } from '../../src/main/identity/certificate.ts';
import { createIdentity, Identity } from '../../src/main/identity/identity.ts';
import { issueCertificate } from '../../src/main/identity/issue-certificate.ts';
import { hostRandom } from '../../src/main/runtime.ts';
import {
  connecting,
  HOST,
  identitiesInOrder,
  listening,
  RawPeer,
  stateOf,
  type Bank,
  type Listening,
  PATIENTLY,
} from '../support/tls-peers.ts';

const DAY_MS = 86_400_000;

/** What a TLS client shows and proves. */
interface Presented {
  readonly certificate: { readonly pem: string };
  exportSecretKey(): string;
}
const TIMEOUT_MS = 20_000;

/** The lower one dials, the higher one listens. `namesake` bears the name of `higher` but has another key. */
let lower: Identity;
let higher: Identity;
let stranger: Identity;
let namesake: Identity;
let weak: Presented;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  [lower, higher] = (await identitiesInOrder('Alba', 'Boreal')) as [Identity, Identity];
  stranger = await createIdentity({ name: 'Cirrus' });
  namesake = await createIdentity({ name: higher.name });
  weak = await shortKey();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

const inDays = (days: number) => () => Date.now() + days * DAY_MS;

async function listeningBank(identity: Identity, pinned: Identity, now = Date.now): Promise<Bank> {
  const bank = connecting(await listening(identity, { now }), [[pinned.certificate, 0]], { now });
  opened.push(bank.link);
  return bank;
}

async function diallingBank(
  identity: Identity,
  pinned: PeerCertificate,
  port: number,
  now = Date.now,
  giveUpAfterMs = 60_000,
): Promise<Bank> {
  const bank = connecting(await listening(identity, { now }), [[pinned, port]], { now, limits: { giveUpAfterMs } });
  opened.push(bank.link);
  return bank;
}

/** What a WebSocket client without our code is answered. */
async function answerTo(port: number, identity: Presented | undefined): Promise<{ status: number; body: string }> {
  const socket: TLSSocket = connect({
    host: HOST,
    port,
    rejectUnauthorized: false,
    ...(identity ? { key: identity.exportSecretKey(), cert: identity.certificate.pem } : {}),
  });
  const webSocket = new WebSocket('wss://raw.invalid/', { createConnection: (): TLSSocket => socket });
  webSocket.on('error', () => undefined);
  const [, response] = (await once(webSocket, 'unexpected-response')) as [unknown, IncomingMessage];
  let body = '';
  for await (const part of response) body += String(part);
  webSocket.terminate();
  return { status: response.statusCode ?? 0, body };
}

describe('a bank that is dialled', () => {
  it.each<[string, () => Presented | undefined, number, LinkReason]>([
    ['without a certificate', () => undefined, 0, 'no-certificate'],
    ['with a certificate that nobody pinned', () => stranger, 0, 'unknown-certificate'],
    ['with a known name and another key', () => namesake, 0, 'certificate-changed'],
    ['with a key that is too short', () => weak, 0, 'certificate-unsuitable'],
    ['with an expired certificate', () => higher, 10_000, 'certificate-expired'],
    ['with a certificate that is not valid yet', () => higher, -10, 'certificate-not-yet-valid'],
  ])('refuses a caller %s, and says why on both sides', async (_, caller, days, reason) => {
    const bank = await listeningBank(lower, higher, inDays(days));
    await expect(answerTo(bank.listener.port, caller())).resolves.toEqual({
      status: 403,
      body: JSON.stringify({ reason }),
    });
    expect(bank.refusals).toMatchObject([{ reason }]);
  });

  it('refuses TLS 1.2, and reports it', async () => {
    const bank = await listeningBank(higher, lower);
    const socket = connect({ host: HOST, port: bank.listener.port, maxVersion: 'TLSv1.2', rejectUnauthorized: false });
    const [error] = (await once(socket, 'error')) as [Error & { code: string }];
    expect(error.code).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    await expect.poll(() => bank.refusals, PATIENTLY).toMatchObject([{ reason: 'tls-failed', address: HOST }]);
  });

  it('refuses a peer that should have waited to be dialled', async () => {
    const bank = await listeningBank(lower, higher);
    await expect(answerTo(bank.listener.port, higher)).resolves.toMatchObject({ status: 403 });
    expect(bank.refusals).toMatchObject([{ reason: 'wrong-sender', peer: 2 }]);
  });

  it('asks everybody to come back while it does not know its peers', async () => {
    const early = await listening(higher);
    opened.push(early.listener);
    const answer = await answerTo(early.listener.port, lower);
    expect(answer).toEqual({ status: 503, body: '{"reason":"not-ready"}' });
    expect(early.refusals).toEqual([]);
  });

  it('answers plain requests with nothing', async () => {
    const bank = await listeningBank(higher, lower);
    const socket = connect({ host: HOST, port: bank.listener.port, rejectUnauthorized: false });
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 426 /);
    socket.destroy();
  });

  it('says that it cannot listen where somebody else does', async () => {
    const bank = await listeningBank(higher, lower);
    await expect(listening(lower, { port: bank.listener.port })).rejects.toMatchObject({ reason: 'unreachable' });
  });
});

describe('a bank that dials', () => {
  it.each<[string, () => Identity, number, LinkReason]>([
    ['shows another key under the same name', () => namesake, 0, 'certificate-changed'],
    ['is somebody else', () => stranger, 0, 'unknown-certificate'],
    ['has an expired certificate', () => higher, 10_000, 'certificate-expired'],
    ['has a certificate that is not valid yet', () => higher, -10, 'certificate-not-yet-valid'],
  ])('refuses a peer that %s, before it says a word', async (_, answering, days, reason) => {
    const peer = await listeningBank(answering(), lower);
    const bank = await diallingBank(lower, higher.certificate, peer.listener.port, inDays(days));
    await expect(bank.link.connected(TIMEOUT_MS)).rejects.toMatchObject({
      reason,
      peer: 2,
      message: expect.stringContaining('refused by us') as string,
    });
    expect(bank.link.state()).toMatchObject([{ phase: 'closed', reason }]);
    expect(peer.refusals).toEqual([]);
  });

  it('learns from the peer why it is refused', async () => {
    const peer = await listeningBank(higher, stranger);
    const bank = await diallingBank(lower, higher.certificate, peer.listener.port);
    await expect(bank.link.connected(TIMEOUT_MS)).rejects.toMatchObject({ reason: 'unknown-certificate', peer: 2 });
    expect(peer.refusals).toMatchObject([{ reason: 'unknown-certificate' }]);
  });

  it('learns that its own certificate has expired', async () => {
    const peer = await listeningBank(higher, lower, inDays(10_000));
    const bank = await diallingBank(lower, higher.certificate, peer.listener.port);
    await expect(bank.link.connected(TIMEOUT_MS)).rejects.toMatchObject({ reason: 'certificate-expired', peer: 2 });
    expect(peer.refusals).toMatchObject([{ reason: 'certificate-expired', peer: 1 }]);
  });

  it('rejects what its sessions wait for when it is refused', async () => {
    const peer = await listeningBank(higher, stranger);
    const bank = await diallingBank(lower, higher.certificate, peer.listener.port);
    const session = bank.link.open(new Uint8Array(32));
    await expect(session.receive(2, 'one')).rejects.toMatchObject({ reason: 'unknown-certificate' });
    await expect(session.send(2, 'one', new Uint8Array(1))).rejects.toMatchObject({ reason: 'unknown-certificate' });
    const later = bank.link.open(new Uint8Array(32).fill(1));
    await expect(later.receive(2, 'one')).rejects.toMatchObject({ reason: 'unknown-certificate' });
  });

  it('does not speak TLS 1.2', async () => {
    const server = createServer({ key: higher.exportSecretKey(), cert: higher.certificate.pem, maxVersion: 'TLSv1.2' });
    server.listen(0, HOST);
    await once(server, 'listening');
    const bank = await diallingBank(lower, higher.certificate, (server.address() as AddressInfo).port);
    await stateOf(bank.link, 2, (state) => state.reason === 'tls-failed');
    server.close();
  });

  it('keeps trying while the peer is not ready, and connects when it is', async () => {
    const early: Listening = await listening(higher);
    const bank = await diallingBank(lower, higher.certificate, early.listener.port);
    await expect.poll(() => bank.link.state()[0]?.reason, PATIENTLY).toBe('not-ready');
    const peer = connecting(early, [[lower.certificate, 0]]);
    opened.push(peer.link);
    await Promise.all([bank.link.connected(TIMEOUT_MS), peer.link.connected(TIMEOUT_MS)]);
  });

  it('gives up after the time that it was given', async () => {
    const gone = await listening(higher);
    await gone.listener.close();
    const port = await freePort();
    const bank = await diallingBank(lower, higher.certificate, port, Date.now, 100);
    const session = bank.link.open(new Uint8Array(32));
    await expect(session.receive(2, 'one')).rejects.toMatchObject({ reason: 'unreachable', peer: 2 });
  });

  it('names the missing peer when not all are connected in time', async () => {
    const bank = await diallingBank(lower, higher.certificate, await freePort());
    await expect(bank.link.connected(50)).rejects.toMatchObject({ reason: 'unreachable', peer: 2 });
  });
});

it('a bank that renewed its certificate with the pinned key is let in', async () => {
  const pem = await issue(lower.secretKey);
  const bank = await listeningBank(higher, lower);
  const raw = await RawPeer.connect(new Identity(new PeerCertificate(pem), lower.secretKey), bank.listener.port, 1, 2);
  raw.greet();
  await bank.link.connected(TIMEOUT_MS);
  expect(bank.refusals).toEqual([]);
});

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const taken = await listening(stranger);
  const { port } = taken.listener;
  await taken.listener.close();
  return port;
}

function issue(secretKey: KeyObject): Promise<string> {
  return issueCertificate({
    name: 'Alba renewed',
    secretKey,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    random: hostRandom,
  });
}

async function shortKey(): Promise<Presented> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = await issue(privateKey);
  return { certificate: { pem }, exportSecretKey: () => privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
}
