// The event stream that all tabs of an origin share. A browser opens at most six connections to an
// origin over HTTP/1.1, and each film that plays holds one: a stream for each tab would leave none for
// the lists of the next tab.
//
// Tabs send 'follow' (and renew it while they are visible) and 'leave'; the hub responds to each
// 'follow' with 'state'. All tabs share one viewer id. Each showing of a film has a tag in its media
// URLs, and its reports are passed on by that tag. The stream is open while a visible tab follows; a
// tab that does not renew is removed.

import { ReadSource } from './read-source.js';
import { newId } from './viewer.js';

export const RENEW_MILLIS = 10_000;
const LEASE_MILLIS = 3.5 * RENEW_MILLIS;

// With this many films and the stream, all connections are in use. The stream is then closed for a
// moment from time to time, so that another tab can load. Reports are cumulative, so little is lost.
const CROWDED_TABS = 5;
const CROWDED_OPEN_MILLIS = 4000;
const CROWDED_CLOSED_MILLIS = 1000;

export class ReadHub {
  #tabs = new Map(); // by tab id: { tag, visible, until }
  #viewer = '';
  #source = null;
  #state = 'idle';
  #turn = 0; // timer of the next short close; 0 if it is not needed
  #givingWay = false;
  #send;
  #onGone;
  #now;
  #newSource;

  // send passes a message to all tabs; each tab selects those with its id. onGone is called with the
  // id of a tab that has left or was removed; it may follow again.
  constructor({
    send,
    onGone = () => {},
    now = Date.now,
    newSource = (options) => new ReadSource(options),
  }) {
    this.#send = send;
    this.#onGone = onGone;
    this.#now = now;
    this.#newSource = newSource;
  }

  receive(message) {
    switch (message?.type) {
      case 'follow':
        this.#follow(message);
        break;
      case 'leave':
        this.#forget(message.tab);
        this.#update();
        break;
      default:
    }
  }

  // Call it periodically.
  sweep() {
    for (const [tab, { until }] of this.#tabs) {
      if (until < this.#now()) {
        this.#forget(tab);
      }
    }
    this.#update();
  }

  #forget(tab) {
    this.#tabs.delete(tab);
    this.#onGone(tab);
  }

  close() {
    this.#tabs.clear();
    this.#update();
  }

  #follow({ tab, viewer, tag, visible }) {
    // After a restart of the hub, tabs send the id that their media URLs have.
    this.#viewer ||= viewer || newId();
    this.#tabs.set(tab, { tag, visible, until: this.#now() + LEASE_MILLIS });
    this.#update();
    this.#tell(tab);
  }

  #tell(tab) {
    this.#send({ type: 'state', tab, viewer: this.#viewer, state: this.#state });
  }

  #update() {
    const visible = [...this.#tabs.values()].filter((tab) => tab.visible).length;
    if (visible >= CROWDED_TABS) {
      if (this.#turn === 0) {
        this.#giveWayIn(CROWDED_OPEN_MILLIS);
      }
    } else {
      clearTimeout(this.#turn);
      this.#turn = 0;
      this.#givingWay = false;
    }
    if (visible === 0) {
      this.#close();
      this.#become('idle');
    } else if (!this.#givingWay) {
      this.#open();
    }
  }

  #giveWayIn(millis) {
    this.#turn = setTimeout(() => {
      this.#givingWay = !this.#givingWay;
      if (this.#givingWay) {
        this.#close();
      } else {
        this.#open();
      }
      this.#giveWayIn(this.#givingWay ? CROWDED_CLOSED_MILLIS : CROWDED_OPEN_MILLIS);
    }, millis);
  }

  #open() {
    if (this.#source === null) {
      this.#source = this.#newSource({
        viewer: this.#viewer,
        onRead: (read) => this.#send({ type: 'read', tag: read.viewerTag ?? '', read }),
        onState: (state) => this.#become(state),
      });
      this.#source.open();
    }
  }

  #close() {
    this.#source?.close();
    this.#source = null;
  }

  #become(state) {
    if (this.#state !== state) {
      this.#state = state;
      for (const tab of this.#tabs.keys()) {
        this.#tell(tab);
      }
    }
  }
}

// The lock that a tab holds during its life. Locks need HTTPS or localhost; without them a tab that
// crashed is removed when it does not renew.
export function tabLock(tab) {
  return `rangestream-tab-${tab}`;
}

// A hub with a timer that removes tabs. A shared worker never closes its hub: it ends with its last
// tab.
export function startHub(send, onGone) {
  const hub = new ReadHub({ send, onGone });
  const watched = new Set();
  const ending = new AbortController();
  const sweeping = setInterval(() => hub.sweep(), RENEW_MILLIS);
  const watch = (tab) => {
    watched.add(tab);
    // Granted when the tab has ended, for any reason.
    navigator.locks?.request(tabLock(tab), { signal: ending.signal }, () => {
      watched.delete(tab);
      hub.receive({ type: 'leave', tab });
    }).catch(() => watched.delete(tab));
  };
  return {
    receive(message) {
      hub.receive(message);
      if (message?.type === 'follow' && !watched.has(message.tab)) {
        watch(message.tab);
      }
    },
    close() {
      clearInterval(sweeping);
      ending.abort();
      hub.close();
    },
  };
}
