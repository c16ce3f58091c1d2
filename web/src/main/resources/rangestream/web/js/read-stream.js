// A tab's part in the event stream that all tabs share: says which showing of a film it follows while
// it is visible, and passes on the reports of that one.

import { RENEW_MILLIS, tabLock } from './read-hub.js';
import { linkToHub } from './hub-link.js';
import { newId } from './viewer.js';

// A film is not kept waiting for its reports longer than this.
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

  // Follows a new showing of a film. Resolves to the parameters that its media URLs must have, once
  // the server reports or has failed to, so that no read is made unreported.
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

  // Follows nothing any more.
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
      // The worker crashed: a new one is made.
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

// Resolves once the lock is held; it is let go when the tab ends, however that comes.
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
