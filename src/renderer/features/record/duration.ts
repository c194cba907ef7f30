const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** "3 min 20 s": the two largest units; below a minute with one decimal, in the user's locale. */
export function inWords(durationMs: number, locale?: string): string {
  // rounded first, so that 59.96 s becomes a minute instead of "60.0 s"
  if (durationMs < MINUTE_MS - 50) {
    const seconds = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    return `${seconds.format(durationMs / SECOND_MS)} s`;
  }
  const whole = Math.round(durationMs / SECOND_MS) * SECOND_MS;
  if (whole < HOUR_MS)
    return `${String(Math.floor(whole / MINUTE_MS))} min ${String((whole % MINUTE_MS) / SECOND_MS)} s`;
  return `${String(Math.floor(whole / HOUR_MS))} h ${String(Math.floor((whole % HOUR_MS) / MINUTE_MS))} min`;
}
