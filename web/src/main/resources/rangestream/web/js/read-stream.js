// The server's report of one viewer's reads, as server-sent events.

const FIRST_RETRY_MILLIS = 1000;
const LAST_RETRY_MILLIS = 30_000;

// A film is not kept waiting for its report longer than this.
const OPEN_MILLIS = 1500;

export class ReadStream {
  #onRead;
  #onState;
  #source = null;
  #timer = 0;
  #retryMillis = FIRST_RETRY_MILLIS;

  // onState is told 'connecting', 'live' or 'lost'.
  constructor({ onRead, onState }) {
    this.#onRead = onRead;
    this.#onState = onState;
  }

  // Resolves once the server reports, or has failed to, so that no read is made unreported.
  open(viewer) {
    this.close();
    return new Promise((resolve) => {
      setTimeout(resolve, OPEN_MILLIS);
      this.#connect(viewer, resolve);
    });
  }

  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#retryMillis = FIRST_RETRY_MILLIS;
  }

  #connect(viewer, resolve) {
    this.#onState('connecting');
    const source = new EventSource(`api/reads?${new URLSearchParams({ viewer })}`);
    this.#source = source;
    source.addEventListener('open', () => {
      this.#retryMillis = FIRST_RETRY_MILLIS;
      this.#onState('live');
      resolve();
    });
    source.addEventListener('read', (event) => {
      const read = readOf(event.data);
      if (read !== null) {
        this.#onRead(read);
      }
    });
    source.addEventListener('error', () => {
      this.#onState('lost');
      resolve();
      // A broken stream is taken up again by the browser; one that was refused is not.
      if (source.readyState === EventSource.CLOSED && this.#source === source) {
        this.#timer = setTimeout(() => this.#connect(viewer, resolve), this.#retryMillis);
        this.#retryMillis = Math.min(2 * this.#retryMillis, LAST_RETRY_MILLIS);
      }
    });
  }
}

function readOf(data) {
  try {
    const read = JSON.parse(data);
    return typeof read?.id === 'string' ? read : null;
  } catch {
    return null;
  }
}
