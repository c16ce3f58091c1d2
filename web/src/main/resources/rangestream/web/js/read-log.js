// What one viewer has read: the latest reads, totals over all of them, and which bytes came from
// where. Fed with reports that repeat a read while it goes on; knows nothing of the page.

import { coveredBytes, lay } from './intervals.js';

export const ORIGINS = ['memory', 'disk', 'store'];

// Finished reads that are remembered so that a repeated report is not counted twice, as it may come
// after the event stream was lost and found.
const REMEMBERED = 500;

export class ReadLog {
  #limit;
  #reads = new Map(); // by id, in order of arrival

  constructor(limit = 30) {
    this.#limit = limit;
    this.totals = { reads: 0, bytes: 0, memory: 0, disk: 0, store: 0 };
    this.intervals = [];
    this.completeLength = null;
  }

  // The latest reads, newest first.
  get latest() {
    return [...this.#reads.values()].slice(-this.#limit).reverse();
  }

  get coveredBytes() {
    return coveredBytes(this.intervals);
  }

  // Takes one report. Numbers never go back: a late one changes nothing.
  report(read) {
    const before = this.#reads.get(read.id);
    if (before !== undefined && (before.state !== 'open' || read.bytes < before.bytes)) {
      return;
    }
    this.#count(before, read);
    this.#reads.set(read.id, read);
    this.#forget();
  }

  #count(before, read) {
    const bytesBefore = before?.bytes ?? 0;
    const gained = { origin: null, bytes: 0 };
    for (const origin of ORIGINS) {
      const bytes = (read.bytesByOrigin?.[origin] ?? 0) - (before?.bytesByOrigin?.[origin] ?? 0);
      this.totals[origin] += bytes;
      // A report does not say in which order the bytes of its origins came: the most of them
      // stands for all that is new.
      if (bytes > gained.bytes) {
        gained.origin = origin;
        gained.bytes = bytes;
      }
    }
    this.totals.reads += before === undefined ? 1 : 0;
    this.totals.bytes += read.bytes - bytesBefore;
    this.completeLength = read.completeLength ?? this.completeLength;
    const delivered = read.status === 200 || read.status === 206;
    if (delivered && read.bytes > bytesBefore) {
      const start = read.firstPos ?? 0;
      this.intervals = lay(this.intervals, {
        firstPos: start + bytesBefore,
        lastPos: start + read.bytes - 1,
        origin: gained.origin,
      });
    }
  }

  #forget() {
    for (const [id, read] of this.#reads) {
      if (this.#reads.size <= REMEMBERED) {
        return;
      }
      if (read.state !== 'open') {
        this.#reads.delete(id);
      }
    }
  }
}
