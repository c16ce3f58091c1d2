import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatBytes, formatDate, formatMillis, formatPositions, formatShare,
} from '../../main/resources/rangestream/web/js/format.js';

const TABLE = [
  [formatBytes, [0], '0 B'],
  [formatBytes, [999], '999 B'],
  [formatBytes, [1000], '1 kB'],
  [formatBytes, [1234], '1.2 kB'],
  [formatBytes, [99_949], '99.9 kB'],
  [formatBytes, [99_960], '100 kB'],
  [formatBytes, [999_499], '999 kB'],
  [formatBytes, [999_500], '1 MB'],
  [formatBytes, [5_614_618], '5.6 MB'],
  [formatBytes, [5_368_709_120], '5.4 GB'],
  [formatBytes, [Number.MAX_SAFE_INTEGER], '9 PB'],
  [formatMillis, [0], '0 ms'],
  [formatMillis, [3.24], '3.2 ms'],
  [formatMillis, [9.96], '10 ms'],
  [formatMillis, [999.6], '1 s'],
  [formatMillis, [12_340], '12.3 s'],
  [formatMillis, [59_960], '1 min 0 s'],
  [formatMillis, [125_000], '2 min 5 s'],
  [formatShare, [0, 0], '–'],
  [formatShare, [0, 10], '0 %'],
  [formatShare, [1, 1000], '< 1 %'],
  [formatShare, [999, 1000], '99 %'],
  [formatShare, [10, 10], '100 %'],
  [formatPositions, [0, 5_614_617], '0 – 5,614,617'],
  [formatDate, [''], ''],
  [formatDate, ['not a date'], ''],
];

for (const [format, given, expected] of TABLE) {
  test(`${format.name}(${given.join(', ')}) is "${expected}"`, () => {
    assert.equal(format(...given), expected);
  });
}

test('a date names its day, month and year', () => {
  assert.equal(formatDate('2026-03-04T12:00:00Z'), '4 Mar 2026');
});
