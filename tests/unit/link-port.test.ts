import { describe, expect, it, onTestFinished } from 'vitest';
import { LinkError, ProtocolAbort } from '../../src/core/errors.ts';
import { Mailbox } from '../../src/core/network/mailbox.ts';
import type { Network } from '../../src/core/network/network.ts';
import { linkOver, serveLink } from '../../src/main/compute/link-port.ts';
import { signerOver, serveSigner } from '../../src/main/compute/signer-port.ts';
import { testSigners } from '../support/simulation.ts';

/** A network of two whose messages to anybody come back from party 2, and the same seen through a port. */
function throughPort() {
  const mailbox = new Mailbox(1 << 20);
  const state = { closed: false };
  const network: Network = {
    self: 1,
    size: 2,
    send: (_, round, body) => {
      if (round === 'refused') return Promise.reject(new ProtocolAbort('too-large', { blame: [2], round }));
      mailbox.deliver(2, round, body);
      return Promise.resolve();
    },
    receive: (from, round) => mailbox.take(from, round),
    close: () => {
      state.closed = true;
      mailbox.fail(new LinkError('done'));
    },
  };
  const port = serveLink({ self: 1, size: 2, open: () => network });
  const remote = linkOver(port).open(new Uint8Array(32));
  onTestFinished(() => {
    port.port.close();
  });
  return { mailbox, state, port, remote };
}

describe('a network behind a port', () => {
  it('sends and receives as itself', async () => {
    const { remote } = throughPort();
    expect(remote).toMatchObject({ self: 1, size: 2 });
    const waiting = remote.receive(2, 'round');
    await remote.send(2, 'round', Uint8Array.of(1, 2, 3));
    expect(await waiting).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('lets nothing across but the message, where it is a view of something larger', async () => {
    const { remote, mailbox } = throughPort();
    const large = new Uint8Array(1000).fill(7);
    mailbox.deliver(2, 'received', large.subarray(10, 12));
    await remote.send(2, 'sent', large.subarray(10, 13));
    expect((await remote.receive(2, 'received')).buffer.byteLength).toBe(2);
    expect((await mailbox.take(2, 'sent')).buffer.byteLength).toBe(3);
  });

  it('hands on errors with their type and details', async () => {
    const { remote, mailbox } = throughPort();
    const refused = remote.send(2, 'refused', new Uint8Array());
    await expect(refused).rejects.toEqual(new ProtocolAbort('too-large', { blame: [2], round: 'refused' }));
    await expect(refused).rejects.toBeInstanceOf(ProtocolAbort);
    const waiting = remote.receive(2, 'never');
    mailbox.fail(new LinkError('heartbeat-lost', 2));
    await expect(waiting).rejects.toMatchObject({ name: 'LinkError', reason: 'heartbeat-lost', peer: 2 });
  });

  it('closes the network behind it when it is closed, and rejects what is pending', async () => {
    const { remote, state } = throughPort();
    const waiting = remote.receive(2, 'never');
    remote.close();
    await expect(waiting).rejects.toBeInstanceOf(LinkError);
    await expect(remote.send(2, 'late', new Uint8Array())).rejects.toBeInstanceOf(LinkError);
    await expect.poll(() => state.closed).toBe(true);
  });

  it('does the same when the other thread just goes', async () => {
    const { port, state } = throughPort();
    port.port.close();
    await expect.poll(() => state.closed).toBe(true);
  });
});

describe('a signer behind a port', () => {
  it('signs and verifies', async () => {
    const [first, second] = testSigners(2);
    const port = serveSigner(first as NonNullable<typeof first>);
    onTestFinished(() => {
      port.close();
    });
    const remote = signerOver(port);
    const message = Uint8Array.of(1, 2, 3);
    const signature = await remote.sign(message);
    expect(await second?.verify(1, message, signature)).toBe(true);
    expect(await remote.verify(1, message, signature)).toBe(true);
    expect(await remote.verify(2, message, signature)).toBe(false);
  });
});
