// The reads of one viewer: the latest reads, totals over all of them, and the origin of each byte.
// Its input are reports, which repeat a read while it continues; it has no knowledge of the page.

import { coveredBytes, lay } from './intervals.js';

export const ORIGINS = ['memory', 'disk', 'store'];

// Finished reads that are kept so that a repeated report is not counted twice. A report may be
// repeated after the event stream was interrupted.
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

  // Processes one report. Numbers never decrease: a late report changes nothing.
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
      // A report has no order of the origins of its bytes: the origin of most of them is used for all
      // new bytes.
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
