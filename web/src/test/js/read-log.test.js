import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReadLog } from '../../main/resources/rangestream/web/js/read-log.js';

function read(id, changes) {
  return {
    id,
    method: 'GET',
    status: 206,
    firstPos: 100,
    lastPos: 199,
    completeLength: 1000,
    bytes: 0,
    bytesByOrigin: { memory: 0, disk: 0, store: 0 },
    state: 'open',
    ...changes,
  };
}

const from = (memory, disk, store) => ({ memory, disk, store });

test('a read that is reported again is one read', () => {
  const log = new ReadLog();
  log.report(read('a', {}));
  log.report(read('a', { bytes: 60, bytesByOrigin: from(0, 0, 60) }));
  log.report(read('a', { bytes: 100, bytesByOrigin: from(0, 0, 100), state: 'complete' }));
  assert.deepEqual(log.totals, { reads: 1, bytes: 100, memory: 0, disk: 0, store: 100 });
  assert.deepEqual(log.intervals, [{ firstPos: 100, lastPos: 199, origin: 'store' }]);
  assert.equal(log.latest.length, 1);
  assert.equal(log.completeLength, 1000);
  assert.equal(log.coveredBytes, 100);
});

test('a late report changes nothing', () => {
  const log = new ReadLog();
  const last = read('a', { bytes: 100, bytesByOrigin: from(100, 0, 0), state: 'cut' });
  log.report(last);
  log.report(last);
  log.report(read('a', { bytes: 40, bytesByOrigin: from(40, 0, 0) }));
  assert.deepEqual(log.totals, { reads: 1, bytes: 100, memory: 100, disk: 0, store: 0 });
  assert.equal(log.latest[0].state, 'cut');
});

test('each interval has the origin of most of its bytes', () => {
  const log = new ReadLog();
  log.report(read('a', { bytes: 10, bytesByOrigin: from(10, 0, 0) }));
  log.report(read('a', { bytes: 30, bytesByOrigin: from(12, 0, 18) }));
  assert.deepEqual(log.intervals, [
    { firstPos: 100, lastPos: 109, origin: 'memory' },
    { firstPos: 110, lastPos: 129, origin: 'store' },
  ]);
});

test('a whole response without positions starts at the first byte', () => {
  const log = new ReadLog();
  log.report(read('a', { status: 200, firstPos: undefined, lastPos: undefined, bytes: 5 }));
  assert.deepEqual(log.intervals, [{ firstPos: 0, lastPos: 4, origin: null }]);
});

test('the body of a failure does not count as bytes of the object', () => {
  const log = new ReadLog();
  log.report(read('a', { status: 416, firstPos: undefined, bytes: 300, state: 'complete' }));
  assert.deepEqual(log.intervals, []);
  assert.equal(log.totals.bytes, 300);
});

test('a report without origins is counted all the same', () => {
  const log = new ReadLog();
  log.report(read('a', { bytes: 7, bytesByOrigin: undefined }));
  assert.equal(log.totals.bytes, 7);
});

test('the latest reads come first, up to a limit', () => {
  const log = new ReadLog(3);
  for (const id of ['a', 'b', 'c', 'd']) {
    log.report(read(id, { state: 'complete' }));
  }
  log.report(read('e', {}));
  assert.deepEqual(log.latest.map(({ id }) => id), ['e', 'd', 'c']);
  assert.equal(log.totals.reads, 5);
});

test('an open read is kept, no matter how many others follow', () => {
  const log = new ReadLog();
  log.report(read('first', { bytes: 1 }));
  for (let i = 0; i < 2000; i += 1) {
    log.report(read(`r${i}`, { state: 'complete' }));
  }
  log.report(read('first', { bytes: 2, state: 'complete' }));
  assert.equal(log.totals.reads, 2001);
  assert.equal(log.totals.bytes, 2);
});
