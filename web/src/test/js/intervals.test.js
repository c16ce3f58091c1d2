import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coveredBytes, lay } from '../../main/resources/rangestream/web/js/intervals.js';

const at = (firstPos, lastPos, origin) => ({ firstPos, lastPos, origin });

const TABLE = [
  ['into nothing', [], at(0, 9, 'store'), [at(0, 9, 'store')]],
  ['beside another, with a gap', [at(0, 9, 'store')], at(11, 12, 'store'),
    [at(0, 9, 'store'), at(11, 12, 'store')]],
  ['next to one of the same origin', [at(0, 9, 'store')], at(10, 12, 'store'), [at(0, 12, 'store')]],
  ['next to one of another origin', [at(0, 9, 'store')], at(10, 12, 'disk'),
    [at(0, 9, 'store'), at(10, 12, 'disk')]],
  ['before all others', [at(10, 19, 'store')], at(0, 3, 'disk'),
    [at(0, 3, 'disk'), at(10, 19, 'store')]],
  ['in the middle of one', [at(0, 9, 'store')], at(3, 4, 'memory'),
    [at(0, 2, 'store'), at(3, 4, 'memory'), at(5, 9, 'store')]],
  ['in the middle of one of its origin', [at(0, 9, 'store')], at(3, 4, 'store'), [at(0, 9, 'store')]],
  ['over all', [at(0, 3, 'store'), at(6, 9, 'disk')], at(0, 9, 'memory'), [at(0, 9, 'memory')]],
  ['over the edges of two', [at(0, 4, 'store'), at(6, 9, 'disk')], at(3, 7, 'memory'),
    [at(0, 2, 'store'), at(3, 7, 'memory'), at(8, 9, 'disk')]],
  ['over exactly one', [at(5, 5, 'store')], at(5, 5, 'memory'), [at(5, 5, 'memory')]],
];

for (const [name, before, added, after] of TABLE) {
  test(`an interval laid ${name}`, () => {
    const kept = structuredClone(before);
    assert.deepEqual(lay(before, added), after);
    assert.deepEqual(before, kept, 'what was given stays as it was');
  });
}

test('any intervals in any order agree with an array of bytes', () => {
  const random = randomFrom(20260101);
  for (let round = 0; round < 200; round += 1) {
    const bytes = new Array(60).fill(null);
    let intervals = [];
    for (let i = 0; i < 12; i += 1) {
      const firstPos = random(60);
      const lastPos = Math.min(59, firstPos + random(20));
      const origin = ['memory', 'disk', 'store'][random(3)];
      bytes.fill(origin, firstPos, lastPos + 1);
      intervals = lay(intervals, { firstPos, lastPos, origin });
    }
    const shown = new Array(60).fill(null);
    intervals.forEach(({ firstPos, lastPos, origin }) => shown.fill(origin, firstPos, lastPos + 1));
    assert.deepEqual(shown, bytes);
    assert.equal(coveredBytes(intervals), bytes.filter((origin) => origin !== null).length);
    for (let i = 1; i < intervals.length; i += 1) {
      assert.ok(intervals[i - 1].lastPos < intervals[i].firstPos, 'in order and disjoint');
    }
  }
});

// The linear congruential generator of Numerical Recipes: the same numbers on every run.
function randomFrom(seed) {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
