// A tab's connection to the event stream that all tabs share. It tells the hub which showing of a
// film the tab follows while it is visible, and passes on the reports of that showing.

import { RENEW_MILLIS, tabLock } from './read-hub.js';
import { linkToHub } from './hub-link.js';
import { newId } from './viewer.js';

// The longest time for which a film waits for the stream of its reports.
const OPEN_MILLIS = 1500;

export class ReadStream {
  #tab = newId();
  #viewer = newId();
  #tag = '';
  #alive = holdLock(tabLock(this.#tab));
  #answered = true;
  #opened = () => {};
  #onRead;
  #onState;
  #link = null;
  #ways = undefined; // all

  // onState is called with 'idle', 'connecting', 'live' or 'lost'.
  constructor({ onRead, onState }) {
    this.#onRead = onRead;
    this.#onState = onState;
    document.addEventListener('visibilitychange', () => this.#follow());
    addEventListener('pageshow', () => this.#follow());
    addEventListener('pagehide', () => this.#leave());
    setInterval(() => this.#renew(), RENEW_MILLIS);
  }

  // Follows a new showing of a film. Resolves to the parameters that its media URLs must have, when
  // the stream is open or has failed to open, so that every read is reported.
  async open() {
    this.#tag = newId();
    const tag = this.#tag;
    this.#onState('connecting');
    await this.#alive;
    if (this.#tag === tag) {
      await new Promise((resolve) => {
        setTimeout(resolve, OPEN_MILLIS);
        this.#opened = resolve;
        this.#follow();
      });
    }
    return { viewer: this.#viewer, 'viewer-tag': tag };
  }

  // Ends the current showing.
  close() {
    if (this.#tag !== '') {
      this.#tag = '';
      this.#leave();
    }
  }

  #follow() {
    if (this.#tag === '') {
      return;
    }
    this.#link ??= this.#newLink();
    this.#answered = false;
    this.#link.post({
      type: 'follow',
      tab: this.#tab,
      viewer: this.#viewer,
      tag: this.#tag,
      visible: document.visibilityState === 'visible',
    });
  }

  #leave() {
    this.#link?.post({ type: 'leave', tab: this.#tab });
  }

  #renew() {
    if (this.#tag === '' || document.visibilityState !== 'visible') {
      return;
    }
    if (!this.#answered) {
      // The worker crashed: start another.
      this.#link?.close();
      this.#link = null;
    }
    this.#follow();
  }

  #newLink() {
    const handlers = {
      onMessage: (message) => this.#receive(message),
      onHub: () => this.#follow(),
      onGone: (others) => {
        this.#ways = others;
        this.#link?.close();
        this.#link = null;
        this.#follow();
      },
    };
    return this.#ways === undefined ? linkToHub(handlers) : linkToHub(handlers, this.#ways);
  }

  #receive(message) {
    if (message.type === 'read' && message.tag !== '' && message.tag === this.#tag) {
      this.#onRead(message.read);
    } else if (message.type === 'state' && message.tab === this.#tab) {
      this.#answered = true;
      this.#viewer = message.viewer;
      if (this.#tag !== '') {
        this.#onState(message.state);
      }
      if (message.state !== 'connecting') {
        this.#opened();
      }
    }
  }
}

// Resolves when the lock is held. The browser releases it when the tab ends, for any reason.
function holdLock(name) {
  return new Promise((resolve) => {
    if (navigator.locks === undefined) {
      resolve();
      return;
    }
    navigator.locks.request(name, () => {
      resolve();
      return new Promise(() => {});
    }).catch(resolve);
  });
}
