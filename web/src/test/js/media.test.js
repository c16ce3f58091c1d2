import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOf } from '../../main/resources/rangestream/web/js/media.js';

for (const [key, kind] of [
  ['a.mp4', 'video'],
  ['a/B.MOV', 'video'],
  ['a.b.webm', 'video'],
  ['a.flac', 'audio'],
  ['a.txt', null],
  ['mp4', null],
  ['a.mp4/', null],
  ['a.mp4/notes', null],
  ['a.', null],
  ['', null],
]) {
  test(`"${key}" is ${kind ?? 'nothing to play'}`, () => {
    assert.equal(kindOf(key), kind);
  });
}
