/** The least non-negative residue; `%` alone keeps the sign of the dividend. */
export function mod(value: bigint, modulus: bigint): bigint {
  const r = value % modulus;
  return r < 0n ? r + modulus : r;
}

export function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}

/** a^{-1} mod m by the extended Euclidean algorithm, or undefined when they have a common factor. */
export function inverseMod(a: bigint, m: bigint): bigint | undefined {
  let [r0, r1] = [m, mod(a, m)];
  let [s0, s1] = [0n, 1n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1] = [r1, r0 - q * r1];
    [s0, s1] = [s1, s0 - q * s1];
  }
  return r0 === 1n ? mod(s0, m) : undefined;
}

/** ⌊value^(1/degree)⌋ by Newton's iteration from above. */
export function integerRoot(value: bigint, degree: number): bigint {
  if (value < 2n) return value;
  const k = BigInt(degree);
  const bits = value.toString(2).length;
  let x = 1n << BigInt(Math.ceil(bits / degree));
  for (;;) {
    const next = ((k - 1n) * x + value / x ** (k - 1n)) / k;
    if (next >= x) return x;
    x = next;
  }
}

export function divideRoundingUp(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}
