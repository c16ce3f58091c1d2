import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { ReadHub, RENEW_MILLIS } from '../../main/resources/rangestream/web/js/read-hub.js';

// A hub with a clock and streams that the test controls.
function newHub() {
  const clock = { now: 0 };
  const sent = [];
  const sources = [];
  const gone = [];
  const hub = new ReadHub({
    send: (message) => sent.push(message),
    onGone: (tab) => gone.push(tab),
    now: () => clock.now,
    newSource: (options) => {
      const source = { ...options, open: false };
      source.isOpen = false;
      sources.push(source);
      return {
        open() {
          source.isOpen = true;
          options.onState('connecting');
        },
        close() {
          source.isOpen = false;
        },
      };
    },
  });
  const follow = (tab, changes = {}) =>
    hub.receive({ type: 'follow', tab, viewer: `viewer-${tab}`, tag: `tag-${tab}`, visible: true, ...changes });
  const open = () => sources.filter((source) => source.isOpen);
  return { hub, clock, sent, sources, gone, follow, open };
}

test('all tabs share one stream and one viewer', () => {
  const { follow, sent, sources } = newHub();
  for (const tab of ['a', 'b', 'c']) {
    follow(tab);
  }
  assert.equal(sources.length, 1);
  assert.equal(sources[0].viewer, 'viewer-a');
  assert.deepEqual(new Set(sent.map(({ viewer }) => viewer)), new Set(['viewer-a']));
  assert.deepEqual(sent.filter(({ tab }) => tab === 'c').map(({ state }) => state), ['connecting']);
});

test('a tab without a viewer id gets one', () => {
  const { follow, sent, sources } = newHub();
  follow('a', { viewer: '' });
  assert.match(sources[0].viewer, /^[0-9a-f]{32}$/);
  assert.equal(sent[0].viewer, sources[0].viewer);
});

test('the stream is open while a visible tab follows', () => {
  const { hub, follow, open } = newHub();
  follow('a', { visible: false });
  assert.equal(open().length, 0);
  follow('a');
  follow('b');
  assert.equal(open().length, 1);
  follow('a', { visible: false });
  assert.equal(open().length, 1);
  hub.receive({ type: 'leave', tab: 'b' });
  assert.equal(open().length, 0);
  follow('a');
  assert.equal(open().length, 1);
});

test('the viewer stays the same when the stream is opened again', () => {
  const { hub, follow, sources } = newHub();
  follow('a');
  hub.receive({ type: 'leave', tab: 'a' });
  follow('b');
  assert.deepEqual(sources.map(({ viewer }) => viewer), ['viewer-a', 'viewer-a']);
});

test('a tab that does not renew is removed', () => {
  const { hub, clock, follow, open } = newHub();
  follow('crashed');
  follow('alive');
  for (let i = 0; i < 4; i += 1) {
    clock.now += RENEW_MILLIS;
    follow('alive');
    hub.sweep();
    assert.equal(open().length, 1);
  }
  clock.now += 4 * RENEW_MILLIS;
  hub.sweep();
  assert.equal(open().length, 0);
});

test('a tab that left or was removed is reported, and may follow again', () => {
  const { hub, clock, follow, gone } = newHub();
  follow('left');
  follow('crashed');
  hub.receive({ type: 'leave', tab: 'left' });
  assert.deepEqual(gone, ['left']);
  clock.now += 4 * RENEW_MILLIS;
  follow('left');
  hub.sweep();
  assert.deepEqual(gone, ['left', 'crashed']);
});

test('a report carries its tag to the tabs', () => {
  const { follow, sent, sources } = newHub();
  follow('a');
  sent.length = 0;
  const read = { id: '1', viewerTag: 'tag-a' };
  sources[0].onRead(read);
  sources[0].onRead({ id: '2' });
  assert.deepEqual(sent, [
    { type: 'read', tag: 'tag-a', read },
    { type: 'read', tag: '', read: { id: '2' } },
  ]);
});

test('every tab is notified of a change of the stream’s state', () => {
  const { follow, sent, sources } = newHub();
  follow('a');
  follow('b');
  sent.length = 0;
  sources[0].onState('live');
  sources[0].onState('live');
  assert.deepEqual(sent.map(({ tab, state }) => [tab, state]), [['a', 'live'], ['b', 'live']]);
});

test('a stream beside many films is closed from time to time', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const { hub, follow, open } = newHub();
    for (const tab of ['a', 'b', 'c', 'd', 'e']) {
      follow(tab);
    }
    let closedMillis = 0;
    for (let millis = 0; millis < 20_000; millis += 100) {
      mock.timers.tick(100);
      closedMillis += open().length === 0 ? 100 : 0;
      if (millis % RENEW_MILLIS === 0) {
        follow('a');
      }
    }
    assert.equal(closedMillis >= 3000 && closedMillis <= 5000, true, `${closedMillis}`);
    hub.receive({ type: 'leave', tab: 'a' });
    assert.equal(open().length, 1);
    mock.timers.tick(60_000);
    assert.equal(open().length, 1);
  } finally {
    mock.timers.reset();
  }
});

test('messages for others than the hub are ignored', () => {
  const { hub, sent } = newHub();
  for (const message of [undefined, null, 'x', {}, { type: 'else' }]) {
    hub.receive(message);
  }
  assert.deepEqual(sent, []);
});
