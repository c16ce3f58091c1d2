import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  encodeKey, filmOf, folderOf, fragmentOf, nameIn, objectPath, trailOf,
} from '../../main/resources/rangestream/web/js/paths.js';

const KEYS = [
  'a.mp4', 'a/b', 'a//b', '/a/b', 'a/b/', 'a b', 'a+b', 'a%2Fb', '100%', 'what?.mp4', 'c#.mp4',
  'x;y=1&z', 'Füße/映画.mp4', '😀.webm', '<img src=x onerror=alert(1)>', "it's", 'a:b', 'a\\b',
];

for (const key of KEYS) {
  test(`the key ${key} reaches the server as it is`, () => {
    const url = new URL(objectPath({ bucket: 'demo', key }, { viewer: '1f' }), 'http://host/');
    assert.equal(url.pathname.startsWith('/objects/demo/'), true);
    assert.equal(decodeURIComponent(url.pathname.slice('/objects/demo/'.length)), key);
    assert.equal(url.search, '?viewer=1f');
    assert.equal(url.hash, '');
  });

  test(`a fragment brings back the key ${key}`, () => {
    const film = { bucket: 'demo', key };
    const url = new URL(fragmentOf(film), 'http://host/');
    assert.deepEqual(filmOf(url.hash), film);
  });
}

test('slashes of a key stay, all else is escaped', () => {
  assert.equal(encodeKey('a b/c+d/%/?'), 'a%20b/c%2Bd/%25/%3F');
});

test('without parameters there is no query', () => {
  assert.equal(objectPath({ bucket: 'demo', key: 'a' }), 'objects/demo/a');
});

for (const fragment of ['', '#', '#player', '#demo', '#demo/', '#/a.mp4', '#demo/%', '#demo/%ff']) {
  test(`the fragment "${fragment}" names no film`, () => {
    assert.equal(filmOf(fragment), null);
  });
}

test('a folder ends with the last slash', () => {
  assert.equal(folderOf('a.mp4'), '');
  assert.equal(folderOf('a/b/c.mp4'), 'a/b/');
  assert.equal(folderOf('a/b/'), 'a/b/');
});

test('a name is what is left below its folder', () => {
  assert.equal(nameIn('a/', 'a/b/'), 'b/');
  assert.equal(nameIn('', 'a.mp4'), 'a.mp4');
});

test('a trail leads from the outermost folder to the innermost', () => {
  assert.deepEqual(trailOf(''), []);
  assert.deepEqual(trailOf('a/b c/'), [
    { folder: 'a/', name: 'a' },
    { folder: 'a/b c/', name: 'b c' },
  ]);
  assert.deepEqual(trailOf('a//'), [
    { folder: 'a/', name: 'a' },
    { folder: 'a//', name: '' },
  ]);
});
