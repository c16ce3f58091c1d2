// The library: buckets, folders, and the films in them, one page at a time.

import { listBuckets, listObjects } from './api.js';
import { byId, element } from './dom.js';
import { formatBytes, formatDate } from './format.js';
import { kindOf } from './media.js';
import { clearNotice, noticeOf, showNotice } from './notice.js';
import { folderOf, fragmentOf, nameIn, objectPath, trailOf } from './paths.js';

export class Library {
  #bucket = '';
  #folder = '';
  #film = null;
  #nextBuckets = '';
  #nextObjects = '';
  #counts = { playable: 0, other: 0, folders: 0 };
  #asking = new AbortController();

  constructor() {
    byId('bucket').addEventListener('change', (event) => this.#open(event.target.value, ''));
    byId('more-buckets').addEventListener('click', () => this.#loadBuckets());
    byId('more').addEventListener('click', () => this.#more());
    byId('others').addEventListener('change', () => this.#renderStatus());
  }

  // Opens the folder that the film is in, or the first bucket.
  async start(film) {
    this.#film = film;
    if (await this.#loadBuckets()) {
      const names = Array.from(byId('bucket').options, (option) => option.value);
      if (film !== null && names.includes(film.bucket)) {
        await this.#open(film.bucket, folderOf(film.key));
      } else if (names.length > 0) {
        await this.#open(names[0], '');
      } else {
        byId('library-status').textContent = 'This server has no buckets yet.';
      }
    }
  }

  // Marks the film that is shown.
  setFilm(film) {
    this.#film = film;
    for (const link of byId('objects').querySelectorAll('a[data-key]')) {
      this.#mark(link);
    }
  }

  async #loadBuckets() {
    try {
      const page = await listBuckets({ pageToken: this.#nextBuckets });
      byId('bucket').append(...page.names.map((name) => element('option', { value: name }, name)));
      this.#nextBuckets = page.nextPageToken;
      byId('more-buckets').hidden = page.nextPageToken === '';
      byId('bucket-field').hidden = byId('bucket').options.length === 0;
      return true;
    } catch (error) {
      this.#fail(error, () => this.start(this.#film));
      return false;
    }
  }

  async #open(bucket, folder) {
    this.#bucket = bucket;
    this.#folder = folder;
    this.#nextObjects = '';
    this.#counts = { playable: 0, other: 0, folders: 0 };
    byId('bucket').value = bucket;
    byId('objects').replaceChildren();
    byId('others').checked = false;
    this.#renderTrail();
    await this.#loadObjects();
  }

  async #loadObjects() {
    this.#asking.abort();
    const asking = new AbortController();
    this.#asking = asking;
    clearNotice(byId('library-notice'));
    byId('more').hidden = true;
    byId('library-status').textContent = 'Looking for films…';
    byId('library-status').hidden = false;
    try {
      // A store may return empty pages before the next page with entries.
      let page;
      do {
        page = await listObjects({
          bucket: this.#bucket,
          folder: this.#folder,
          pageToken: this.#nextObjects,
          signal: asking.signal,
        });
        this.#nextObjects = page.nextPageToken;
      } while (page.nextPageToken !== '' && page.objects.length + page.folders.length === 0);
      this.#append(page);
      this.#renderStatus();
    } catch (error) {
      if (error.name !== 'AbortError') {
        this.#fail(error, () => this.#loadObjects());
      }
    }
  }

  // New entries may be far down: the first of them gets the focus that the button loses.
  async #more() {
    const list = byId('objects');
    const before = list.children.length;
    await this.#loadObjects();
    list.children[before]?.querySelector('a, button')?.focus();
  }

  async #enter(folder) {
    byId('library-heading').focus();
    await this.#open(this.#bucket, folder);
  }

  #append({ objects, folders }) {
    const items = folders.map((folder) => this.#folderItem(folder));
    this.#counts.folders += folders.length;
    for (const object of objects) {
      const kind = kindOf(object.key);
      this.#counts[kind === null ? 'other' : 'playable'] += 1;
      items.push(this.#objectItem(object, kind));
    }
    byId('objects').append(...items);
  }

  #folderItem(folder) {
    const name = nameIn(this.#folder, folder);
    return element('li', { class: 'folder' },
      element('button', { type: 'button', class: 'entry', onclick: () => this.#enter(folder) },
        element('span', { class: 'name' }, name)));
  }

  #objectItem(object, kind) {
    const film = { bucket: this.#bucket, key: object.key };
    const facts = [formatBytes(object.completeLength), formatDate(object.lastModified)];
    const link = element('a', {
      class: 'entry',
      href: kind === null ? objectPath(film, { download: '' }) : fragmentOf(film),
    },
      element('span', { class: 'name' }, nameIn(this.#folder, object.key) || object.key),
      element('span', { class: 'facts' }, facts.filter((fact) => fact !== '').join(' · ')));
    if (kind !== null) {
      link.dataset.key = object.key;
      this.#mark(link);
    }
    return element('li', { class: kind ?? 'other' }, link);
  }

  #mark(link) {
    const shown = this.#film?.bucket === this.#bucket && this.#film.key === link.dataset.key;
    if (shown) {
      link.setAttribute('aria-current', 'true');
    } else {
      link.removeAttribute('aria-current');
    }
  }

  #renderTrail() {
    const trail = [{ folder: '', name: this.#bucket }, ...trailOf(this.#folder)];
    byId('folders').hidden = trail.length === 1;
    byId('folders').replaceChildren(element('ol', {}, ...trail.map(({ folder, name }) =>
      element('li', {}, folder === this.#folder
        ? element('span', { 'aria-current': 'location' }, name)
        : element('button', { type: 'button', class: 'quiet', onclick: () => this.#enter(folder) }, name)))));
  }

  #renderStatus() {
    const { playable, other, folders } = this.#counts;
    const more = this.#nextObjects !== '';
    const showOthers = byId('others').checked;
    byId('objects').classList.toggle('with-others', showOthers);
    byId('others-field').hidden = other === 0;
    byId('more').hidden = !more;
    const status = byId('library-status');
    status.hidden = playable > 0 || folders > 0 || (showOthers && other > 0);
    if (other === 0) {
      status.textContent = 'There is nothing here yet.';
    } else {
      status.textContent = more ? 'No films so far; there is more.' : 'No films here, only other objects.';
    }
  }

  #fail(error, onRetry) {
    byId('library-status').hidden = true;
    showNotice(byId('library-notice'), noticeOf(error), () => {
      clearNotice(byId('library-notice'));
      onRetry();
    });
  }
}
