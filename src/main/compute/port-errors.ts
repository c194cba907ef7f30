import { Bug, LinkError, ParameterError, ProtocolAbort } from '../../core/errors.ts';

/** An error on its way through a port: the structured clone of an error keeps neither its class nor its fields. */
export interface PortError {
  readonly name: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function toPortError(error: unknown): PortError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), fields: {} };
  const { name, message } = error;
  if (error instanceof ProtocolAbort) {
    const { code, blame, round, field, missing, by, reason } = error;
    return { name, message, fields: { code, blame, round, field, missing, by, reason } };
  }
  if (error instanceof LinkError) return { name, message, fields: { reason: error.reason, peer: error.peer } };
  return { name, message, fields: {} };
}

export function fromPortError({ name, message, fields }: PortError): Error {
  const error = revive(name, message, fields);
  error.message = message;
  return error;
}

function revive(name: string, message: string, fields: Readonly<Record<string, unknown>>): Error {
  switch (name) {
    case 'ProtocolAbort':
      return reviveAbort(fields as unknown as ProtocolAbort);
    case 'LinkError': {
      const { reason, peer } = fields as unknown as LinkError;
      return new LinkError(reason, peer);
    }
    case 'ParameterError':
      return new ParameterError(message);
    case 'Bug':
      return new Bug(message);
    default:
      return new Error(message);
  }
}

function reviveAbort({ code, blame, round, field, missing, by, reason }: ProtocolAbort): ProtocolAbort {
  return new ProtocolAbort(code, {
    blame,
    missing,
    ...(round !== undefined && { round }),
    ...(field !== undefined && { field }),
    ...(by !== undefined && { by }),
    ...(reason !== undefined && { reason }),
  });
}
