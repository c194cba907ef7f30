import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DEMO = fileURLToPath(new URL('../../src/main/demo/main.ts', import.meta.url));

export interface DemoEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The demo as a user starts it: a process of its own. */
export class DemoProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<DemoEnd>;
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [DEMO, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code) => {
        resolve({ code, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  /** Resolves when standard output has matched; rejects when the process ends without. */
  async printed(pattern: RegExp): Promise<void> {
    const seen = new Promise<void>((resolve) => {
      const look = (): void => {
        if (pattern.test(this.#stdout)) resolve();
      };
      this.child.stdout?.on('data', look);
      look();
    });
    const early = this.ended.then(({ code, stderr }) => {
      if (!pattern.test(this.#stdout)) throw new Error(`the demo ended with ${String(code)}: ${stderr}`);
    });
    await Promise.race([seen, early]);
  }

  /** Process numbers of the banks' processes (Linux only). */
  bankProcesses(): number[] {
    const pid = String(this.child.pid);
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves when a process that is not our child is gone. */
export async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}
