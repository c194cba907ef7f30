// Plain JavaScript of old, so that a Node that is too old for the rest can still run it and say so.
'use strict';

const NEEDED = [22, 18]; // the first Node that strips types without a flag
const have = process.versions.node.split('.').map(Number);

if (have[0] < NEEDED[0] || (have[0] === NEEDED[0] && have[1] < NEEDED[1])) {
  console.error(
    'Riskweave needs Node ' +
      NEEDED.join('.') +
      ' or later; this is ' +
      process.versions.node +
      '. ' +
      'npm installs a suitable one on Linux and Windows (optional dependencies); elsewhere get it from nodejs.org.',
  );
  process.exit(1);
}
