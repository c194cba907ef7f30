import { Bug, InputError, LinkError, ParameterError, ProtocolAbort } from '../../core/errors.ts';
import { exitCodeOf, type ExitCode } from './exit-codes.ts';
import type { Failure } from './messages.ts';

/** An error as it crosses a process boundary. */
export function failureOf(error: unknown): Failure {
  if (error instanceof InputError) return { kind: 'input', faults: error.faults, total: error.total };
  if (error instanceof ParameterError) return { kind: 'parameters', message: error.message };
  if (error instanceof ProtocolAbort) {
    return { kind: 'abort', code: error.code, message: error.message, blame: error.blame };
  }
  if (error instanceof LinkError) return { kind: 'link', reason: error.reason, message: error.message };
  return { kind: 'bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The error again, on the other side. */
export function errorOf(failure: Failure): Error {
  switch (failure.kind) {
    case 'input':
      return new InputError(failure.faults, failure.total);
    case 'parameters':
      return new ParameterError(failure.message);
    case 'abort':
      return new ProtocolAbort(failure.code, { blame: failure.blame });
    case 'link':
      return new LinkError(failure.reason);
    case 'killed':
    case 'bug':
      return new Bug(explain(failure));
  }
}

/** What went wrong, for a person: what happened, and what to do. */
export function explain(failure: Failure): string {
  switch (failure.kind) {
    case 'input': {
      const lines = failure.faults.map(({ file, line, column, problem, remedy }) => {
        const place = [
          file,
          line === undefined ? '' : `line ${String(line)}`,
          column === undefined ? '' : `column ${column}`,
        ];
        return `  ${place.filter((part) => part !== '').join(', ')}: ${problem} — ${remedy}`;
      });
      const more = failure.total - failure.faults.length;
      if (more > 0) lines.push(`  … and ${String(more)} more`);
      return `The data have ${failure.total === 1 ? 'a fault' : `${String(failure.total)} faults`}; nothing was run.\n${lines.join('\n')}`;
    }
    case 'parameters':
      return failure.message;
    case 'abort':
      return `The banks stopped: ${failure.message}. Nothing was opened after that; the data are unchanged. Start again when the cause is found.`;
    case 'link':
      return `The connection between banks failed: ${failure.message}. The data are unchanged.`;
    case 'killed':
      return `The process of ${failure.bank} ended unexpectedly (${failure.how}): something outside stopped it, perhaps a lack of memory. The data are unchanged; start again.`;
    case 'bug':
      return `This is a mistake in the program; please report it:\n${failure.message}`;
  }
}

/** Of several banks' failures the one that says most: what a bank saw itself rather than what it heard of another's. */
export function mostTelling(failures: readonly Failure[]): Failure | undefined {
  const hearsay = (failure: Failure): boolean => failure.kind === 'abort' && failure.code === 'peer-aborted';
  return (
    failures.find((failure) => failure.kind === 'bug' || failure.kind === 'killed') ??
    failures.find((failure) => !hearsay(failure)) ??
    failures[0]
  );
}

export function exitCodeOfFailure(failure: Failure): ExitCode {
  return exitCodeOf(errorOf(failure));
}
