// The film on the screen: playing it, and telling why it can't be played.

import { failureOf, ServerError } from './api.js';
import { byId } from './dom.js';
import { kindOf } from './media.js';
import { clearNotice, noticeOf, showNotice } from './notice.js';
import { nameIn, folderOf, objectPath } from './paths.js';

const CODES = {
  2: 'The connection broke while the film was read.',
  3: 'This film is damaged, or its coding is not known to this browser.',
  4: 'This browser can’t play this kind of film.',
};

// A hidden, paused film gives its connection back after this long: a browser has six for all tabs.
const REST_MILLIS = 2000;

// The same if it was paused while hidden, as by a key of a headset: the same key goes on with it, but
// only as long as the film is loaded.
const PAUSED_HIDDEN_MILLIS = 60_000;

export class Player {
  #video = byId('video');
  #notice = byId('player-notice');
  #film = null;
  #onRetry;
  #resting = null; // what to go on with: { src, time, rate }
  #restTimer = 0;

  constructor({ onRetry }) {
    this.#onRetry = onRetry;
    this.#video.addEventListener('error', () => this.#explain());
    this.#video.addEventListener('playing', () => clearNotice(this.#notice));
    this.#video.addEventListener('pause', () => this.#restOrWake(PAUSED_HIDDEN_MILLIS));
    document.addEventListener('visibilitychange', () => this.#restOrWake(REST_MILLIS));
  }

  // Names the film; play() starts it.
  announce(film) {
    this.#unload();
    this.#film = film;
    const name = nameIn(folderOf(film.key), film.key);
    document.title = `${name} · rangestream`;
    byId('film-title').textContent = name;
    byId('film-facts').textContent = `${film.bucket} / ${folderOf(film.key)}`.replace(/ \/ $/, '');
    byId('placeholder').hidden = true;
    const download = byId('download');
    download.href = objectPath(film, { download: '' });
    download.hidden = false;
    this.#video.hidden = false;
    this.#video.parentElement.dataset.kind = kindOf(film.key) ?? 'video';
  }

  // The parameters are those by which the server tells this showing's reads.
  async play(parameters) {
    this.#video.src = objectPath(this.#film, parameters);
    try {
      await this.#video.play();
    } catch {
      // Playing without having been asked to may be refused, as after following a link to a film:
      // the controls are there. What is wrong with the film itself comes as an error event.
    }
  }

  clear() {
    this.#unload();
    this.#film = null;
    document.title = 'rangestream';
    byId('film-title').textContent = 'Nothing playing';
    byId('film-facts').textContent = '';
    byId('placeholder').hidden = false;
    byId('download').hidden = true;
    this.#video.hidden = true;
  }

  #unload() {
    clearNotice(this.#notice);
    this.#resting = null;
    this.#video.pause();
    this.#giveConnectionBack();
  }

  #giveConnectionBack() {
    if (this.#video.hasAttribute('src')) {
      this.#video.removeAttribute('src');
      this.#video.load();
    }
  }

  #restOrWake(restMillis) {
    clearTimeout(this.#restTimer);
    if (document.visibilityState === 'hidden') {
      this.#restTimer = setTimeout(() => this.#rest(), restMillis);
    } else if (this.#resting !== null) {
      const { src, time, rate } = this.#resting;
      this.#resting = null;
      this.#video.src = src; // this resets the rate
      this.#video.currentTime = time; // the element goes there once it knows the film's length
      this.#video.playbackRate = rate;
    }
  }

  #rest() {
    const video = this.#video;
    if (video.paused && video.hasAttribute('src') && video.error === null) {
      this.#resting = {
        src: video.getAttribute('src'),
        time: video.currentTime,
        rate: video.playbackRate,
      };
      this.#giveConnectionBack();
    }
  }

  // A media element only says that it failed; the server says why, when asked once more.
  async #explain() {
    const film = this.#film;
    const error = this.#video.error;
    if (film === null || error === null || !this.#video.hasAttribute('src')) {
      return;
    }
    const failure = await failureOf(film);
    if (this.#film === film && this.#video.error === error) {
      const shown = failure ?? new ServerError(CODES[error.code] ?? 'This film can’t be played.', {
        detail: 'It can still be downloaded.',
      });
      showNotice(this.#notice, noticeOf(shown), this.#onRetry);
    }
  }
}
