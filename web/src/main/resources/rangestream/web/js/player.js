// The player: plays the film, and reports why it can't be played.

import { failureOf, ServerError } from './api.js';
import { byId } from './dom.js';
import { kindOf } from './media.js';
import { clearNotice, noticeOf, showNotice } from './notice.js';
import { nameIn, folderOf, objectPath } from './paths.js';

const CODES = {
  2: 'The connection broke while the film was read.',
  3: 'This film is damaged, or this browser does not support its coding.',
  4: 'This browser can’t play this kind of film.',
};

// After this time a hidden, paused film gives its connection back: a browser has six for all tabs.
const REST_MILLIS = 2000;

// The same for a film that was paused while hidden, for example by a key of a headset: the same key
// resumes it, but only while the film is loaded.
const PAUSED_HIDDEN_MILLIS = 60_000;

export class Player {
  #video = byId('video');
  #notice = byId('player-notice');
  #film = null;
  #onRetry;
  #resting = null; // the state to resume with: { src, time, rate }
  #restTimer = 0;

  constructor({ onRetry }) {
    this.#onRetry = onRetry;
    this.#video.addEventListener('error', () => this.#explain());
    this.#video.addEventListener('playing', () => clearNotice(this.#notice));
    this.#video.addEventListener('pause', () => this.#restOrWake(PAUSED_HIDDEN_MILLIS));
    document.addEventListener('visibilitychange', () => this.#restOrWake(REST_MILLIS));
  }

  // Displays the name of the film; play() starts it.
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

  // The server identifies the reads of this showing by the parameters.
  async play(parameters) {
    this.#video.src = objectPath(this.#film, parameters);
    try {
      await this.#video.play();
    } catch {
      // A browser may refuse to play without a user gesture, for example after a link to a film was
      // followed; the controls are then available. A fault of the film itself arrives as an error
      // event.
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
      this.#video.currentTime = time; // takes effect when the element knows the length of the film
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

  // A media element only reports that it failed; a request to the server gives the reason.
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
