// A server-sent event stream of the reads of one viewer. It reconnects with growing pauses. Runs in a
// shared worker or in a tab; has no knowledge of tabs.

const FIRST_RETRY_MILLIS = 1000;
const LAST_RETRY_MILLIS = 30_000;

// After a stream that lasted this long, the next attempt comes soon.
const STABLE_MILLIS = 10_000;

export class ReadSource {
  #viewer;
  #onRead;
  #onState;
  #source = null;
  #timer = 0;
  #retryMillis = FIRST_RETRY_MILLIS;

  // onState is called with 'connecting', 'live' or 'lost'.
  constructor({ viewer, onRead, onState }) {
    this.#viewer = viewer;
    this.#onRead = onRead;
    this.#onState = onState;
  }

  open() {
    if (this.#source !== null || this.#timer !== 0) {
      return;
    }
    this.#onState('connecting');
    this.#connect();
  }

  close() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#source?.close();
    this.#source = null;
    this.#retryMillis = FIRST_RETRY_MILLIS;
  }

  #connect() {
    const source = new EventSource(readsUrl(this.#viewer));
    let liveSince = 0;
    this.#source = source;
    source.addEventListener('open', () => {
      liveSince = Date.now();
      this.#onState('live');
    });
    source.addEventListener('read', (event) => {
      const read = readOf(event.data);
      if (read !== null) {
        this.#onRead(read);
      }
    });
    source.addEventListener('error', () => {
      if (this.#source !== source) {
        return;
      }
      // A browser reconnects a broken stream without growing pauses, and a rejected one never.
      source.close();
      this.#source = null;
      if (liveSince !== 0 && Date.now() - liveSince >= STABLE_MILLIS) {
        this.#retryMillis = FIRST_RETRY_MILLIS;
      }
      this.#timer = setTimeout(() => {
        this.#timer = 0;
        this.#connect();
      }, this.#retryMillis);
      this.#retryMillis = Math.min(2 * this.#retryMillis, LAST_RETRY_MILLIS);
      this.#onState('lost');
    });
  }
}

// Relative to this module, because the base URL of a worker is that of its script.
function readsUrl(viewer) {
  return new URL(`../api/reads?viewer=${encodeURIComponent(viewer)}`, import.meta.url).href;
}

function readOf(data) {
  try {
    const read = JSON.parse(data);
    return typeof read?.id === 'string' ? read : null;
  } catch {
    return null;
  }
}
