// How a tab reaches the hub: through a shared worker; otherwise one tab that holds a lock has the
// hub, and the others reach it through a broadcast channel; otherwise each tab has its own hub. A
// browser without shared workers mostly shows one tab at a time, so that even then few streams are
// open at once.

import { startHub } from './read-hub.js';

// Change it together with the messages: after an update of the server, tabs of both versions may be
// open.
const NAME = 'rangestream-reads-1';

// Calls onMessage with each message of the hub, onHub when a new hub has started, and onGone if this
// kind of link does not work; then another kind is tried.
export function linkToHub(handlers, ways = ['worker', 'channel', 'own']) {
  const [way, ...others] = ways;
  const fallBack = () => handlers.onGone(others);
  switch (way) {
    case 'worker':
      return globalThis.SharedWorker === undefined ? linkToHub(handlers, others) : byWorker(handlers, fallBack);
    case 'channel':
      return globalThis.BroadcastChannel === undefined || navigator.locks === undefined
        ? linkToHub(handlers, others)
        : byChannel(handlers, fallBack);
    default:
      return byOwn(handlers);
  }
}

function byWorker({ onMessage }, fallBack) {
  let worker;
  try {
    worker = new SharedWorker(new URL('./reads-worker.js', import.meta.url), { type: 'module', name: NAME });
  } catch {
    // Refused, for example by a policy or in a private window.
    queueMicrotask(fallBack);
    return { post() {}, close() {} };
  }
  worker.addEventListener('error', fallBack, { once: true });
  worker.port.addEventListener('message', ({ data }) => onMessage(data));
  worker.port.start();
  return {
    post: (message) => worker.port.postMessage(message),
    close() {
      // A late error must not end the link that follows this one.
      worker.removeEventListener('error', fallBack);
      worker.port.close();
    },
  };
}

function byChannel({ onMessage, onHub }, fallBack) {
  // For this page only: another page may be served below the same origin.
  const name = `${NAME} ${new URL('..', import.meta.url).pathname}`;
  const channel = new BroadcastChannel(name);
  const ending = new AbortController();
  let hub = null;
  let release = () => {};
  channel.addEventListener('message', ({ data }) => {
    if (data?.type === 'hub') {
      onHub();
    } else if (data?.type === 'follow' || data?.type === 'leave') {
      hub?.receive(data);
    } else {
      onMessage(data);
    }
  });
  navigator.locks.request(name, { signal: ending.signal }, () => {
    hub = startHub((message) => {
      channel.postMessage(message);
      onMessage(message);
    });
    channel.postMessage({ type: 'hub' });
    onHub();
    return new Promise((resolve) => { release = resolve; });
  }).catch((error) => {
    if (error.name !== 'AbortError') {
      fallBack();
    }
  });
  return {
    post(message) {
      if (hub === null) {
        channel.postMessage(message);
      } else {
        hub.receive(message);
      }
    },
    close() {
      ending.abort();
      hub?.close();
      release();
      channel.close();
    },
  };
}

function byOwn({ onMessage }) {
  const hub = startHub(onMessage);
  return {
    post: (message) => hub.receive(message),
    close: () => hub.close(),
  };
}
