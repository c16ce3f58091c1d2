import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { ReadSource } from '../../main/resources/rangestream/web/js/read-source.js';

let sources;
let states;
let reads;

class FakeEventSource extends EventTarget {
  constructor(url) {
    super();
    this.url = url;
    this.closed = false;
    sources.push(this);
  }

  close() {
    this.closed = true;
  }

  emit(type, data) {
    this.dispatchEvent(Object.assign(new Event(type), { data }));
  }
}

beforeEach(() => {
  sources = [];
  states = [];
  reads = [];
  globalThis.EventSource = FakeEventSource;
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
});

afterEach(() => {
  mock.timers.reset();
  delete globalThis.EventSource;
});

function newSource() {
  return new ReadSource({
    viewer: 'a b+c',
    onRead: (read) => reads.push(read),
    onState: (state) => states.push(state),
  });
}

test('the stream is requested below the page, with a percent-encoded viewer', () => {
  newSource().open();
  assert.match(sources[0].url, /\/rangestream\/web\/api\/reads\?viewer=a%20b%2Bc$/);
});

test('reads are passed on, other events are not', () => {
  newSource().open();
  sources[0].emit('open');
  sources[0].emit('read', '{"id":"1"}');
  for (const data of ['', 'x', 'null', '7', '{}', '{"id":7}']) {
    sources[0].emit('read', data);
  }
  assert.deepEqual(reads, [{ id: '1' }]);
  assert.deepEqual(states, ['connecting', 'live']);
});

test('pauses between attempts grow up to half a minute', () => {
  newSource().open();
  const pauses = [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000];
  pauses.forEach((pause, i) => {
    sources[i].emit('error');
    assert.equal(sources[i].closed, true);
    mock.timers.tick(pause - 1);
    assert.equal(sources.length, i + 1);
    mock.timers.tick(1);
    assert.equal(sources.length, i + 2);
  });
});

test('a stream that breaks at once is retried with growing pauses', () => {
  newSource().open();
  for (const pause of [1000, 2000, 4000]) {
    sources.at(-1).emit('open');
    sources.at(-1).emit('error');
    mock.timers.tick(pause - 1);
    const before = sources.length;
    mock.timers.tick(1);
    assert.equal(sources.length, before + 1);
  }
});

test('after a long stream the next attempt comes soon', () => {
  newSource().open();
  sources[0].emit('error');
  mock.timers.tick(1000);
  sources[1].emit('open');
  mock.timers.tick(10_000);
  sources[1].emit('error');
  mock.timers.tick(1000);
  assert.equal(sources.length, 3);
});

test('after close there is no further attempt', () => {
  const source = newSource();
  source.open();
  source.open();
  assert.equal(sources.length, 1);
  source.close();
  source.close();
  assert.equal(sources[0].closed, true);
  sources[0].emit('error');
  mock.timers.tick(60_000);
  assert.equal(sources.length, 1);
  source.open();
  sources[1].emit('error');
  source.close();
  mock.timers.tick(60_000);
  assert.equal(sources.length, 2);
});
