import { InputError, LinkError, ParameterError, ProtocolAbort } from '../../core/errors.ts';

/** How the demo ends, for scripts. */
export const EXIT = { done: 0, usage: 2, input: 3, aborted: 4, link: 5, bug: 70, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof ParameterError) return EXIT.usage;
  if (error instanceof InputError) return EXIT.input;
  if (error instanceof LinkError) return EXIT.link;
  if (error instanceof ProtocolAbort) return error.code === 'link-lost' ? EXIT.link : EXIT.aborted;
  return EXIT.bug;
}
