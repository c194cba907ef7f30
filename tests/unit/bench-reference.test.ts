import { describe, expect, it } from 'vitest';
import { calibrate } from '../../bench/calibration.ts';
import { onThisMachine, REFERENCE } from '../../bench/reference.ts';
import { withFigures } from '../../bench/results.ts';
import { figure, ratio, renderMarkdown } from '../../bench/table.ts';

describe('the conversion of the reference to this machine', () => {
  it('leaves its figures as they are on a machine as fast as the one of the measurements', () => {
    expect(onThisMachine(371.4, REFERENCE.calibrationMs)).toBeCloseTo(371.4, 10);
  });

  it('halves them on a machine that calibrates twice as fast', () => {
    expect(onThisMachine(7072, REFERENCE.calibrationMs / 2)).toBeCloseTo(3536, 10);
  });

  it('quotes both figures of key generation with 2048 bits', () => {
    expect(REFERENCE.keyGeneration[2048]?.cpuSeconds).toEqual([7072, 1005]);
  });

  it('expects about (ln(2^h) / 2)² candidates of the reference', () => {
    for (const [bits, { candidates }] of Object.entries(REFERENCE.keyGeneration)) {
      const expected = (((Number(bits) / 2) * Math.LN2) / 2) ** 2;
      expect(candidates / expected).toBeCloseTo(1, 1);
    }
  });

  it('calibrates by the median of 60 calls', () => {
    const { count, min, median, max } = calibrate();
    expect(count).toBe(60);
    expect(min).toBeGreaterThan(0);
    expect(median).toBeGreaterThanOrEqual(min);
    expect(median).toBeLessThanOrEqual(max);
  });
});

describe('figures in tables', () => {
  it.each([
    [0, '0.00'],
    [0.001234, '0.00123'],
    [1.5, '1.50'],
    [12.345, '12.3'],
    [999.6, '1,000'],
    [123_456, '123,456'],
  ])('%d is written %s', (value, text) => {
    expect(figure(value)).toBe(text);
  });

  it('ratios have two digits, and three from a hundred on', () => {
    expect(ratio(0.714)).toBe('× 0.71');
    expect(ratio(23.4)).toBe('× 23');
    expect(ratio(235.4)).toBe('× 235');
  });

  it('cells cannot break the table of a document', () => {
    const table = renderMarkdown({ title: 'Title', head: ['a', 'b'], rows: [['x|y', 'z']], notes: ['Note.'] });
    expect(table).toBe(['### Title', '', '| a | b |', '| --- | ---: |', '| x\\|y | z |', '', 'Note.'].join('\n'));
  });
});

describe('the figures in the documentation', () => {
  const [begin, end] = ['<!-- Written by npm run bench -- --write-docs. Begin -->', '<!-- End -->'];

  it('replace what stood between the marks and nothing else', () => {
    const text = `before\n\n${begin}\n\nold\n\n${end}\n\nafter\n`;
    expect(withFigures(text, 'new')).toBe(`before\n\n${begin}\n\nnew\n\n${end}\n\nafter\n`);
  });

  it('are not written into a text without the marks', () => {
    expect(() => withFigures('no marks', 'new')).toThrow('not marked');
    expect(() => withFigures(`${end} ${begin}`, 'new')).toThrow('not marked');
  });
});
