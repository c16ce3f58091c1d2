import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  encodeKey, filmOf, folderOf, fragmentOf, nameIn, objectPath, queryOf, trailOf,
} from '../../main/resources/rangestream/web/js/paths.js';

const KEYS = [
  'a.mp4', 'a/b', 'a//b', '/a/b', 'a/b/', 'a b', 'a+b', 'a%2Fb', '100%', 'what?.mp4', 'c#.mp4',
  'x;y=1&z', 'Füße/映画.mp4', '😀.webm', '<img src=x onerror=alert(1)>', "it's", 'a:b', 'a\\b',
];

for (const key of KEYS) {
  test(`the key ${key} reaches the server unchanged`, () => {
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

// Decodes text as the server does: percent-decoded once, as strict UTF-8; a plus is a plus.
function decode(text) {
  assert.match(text, /^[\x21-\x7e]*$/, 'only visible ASCII is sent');
  return decodeURIComponent(text);
}

// The parameters of a query, as the server reads them.
function parametersOf(query) {
  const pairs = query === '' ? [] : query.slice(1).split('&');
  return Object.fromEntries(pairs.map((pair) => {
    const equals = pair.indexOf('=');
    return [pair.slice(0, equals), decode(pair.slice(equals + 1))];
  }));
}

// Pseudo-random numbers from a seed (xorshift32), so that a failure can be repeated.
function randomOf(seed) {
  let state = seed;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

const PIECES = [
  ' ', '+', '%', '&', '#', '?', ';', '=', '"', "'", '<b>', '\\', ':', '@', '!', '*', '(', ')', '~', '|',
  '^', '`', '{', '}', '[', ']', ',', '$', '\t', '\n', '\u007f', '.', '..', '%2F', '%00', '%', '%zz', '&amp;',
  'a', 'Z', '0', 'é', 'e\u0301', 'ß', '映画', 'שלום', '\u202e', '\u200b', '😀', '👩‍👩‍👧', '\ufeff', '\u{10ffff}', '/',
];

const SEED = Number(process.env.RANGESTREAM_SEED ?? 20_261_129);

test(`names of any characters reach the server unchanged, seed ${SEED}`, () => {
  const next = randomOf(SEED);
  for (let round = 0; round < 5000; round += 1) {
    const name = (most) => {
      let text = '';
      for (let i = next(most); i >= 0; i -= 1) {
        text += PIECES[next(PIECES.length)];
      }
      return text;
    };
    const key = name(12);
    const bucket = name(4).replaceAll('/', '') || 'b';
    const value = name(12);
    const note = JSON.stringify({ round, bucket, key, value });

    const query = queryOf({ prefix: value, delimiter: '/', 'page-token': key });
    assert.deepEqual(parametersOf(query), { prefix: value, delimiter: '/', 'page-token': key }, note);
    // A browser escapes more characters, such as an apostrophe, without changing the meaning.
    const sent = new URL(`http://host/api${query}`);
    assert.deepEqual(parametersOf(sent.search), parametersOf(query), note);
    assert.equal(sent.hash, '', note);

    const alone = (text) => text === '.' || text === '..';
    if (alone(bucket) || alone(key)) {
      continue; // no URL can express these
    }
    const path = objectPath({ bucket, key }, { viewer: '1f', 'viewer-tag': '2e' });
    const url = new URL(path, 'http://host/below/');
    const [, below, objects, rawBucket, ...rawKey] = url.pathname.split('/');
    assert.deepEqual([below, objects, decode(rawBucket)], ['below', 'objects', bucket], note);
    assert.equal(decode(rawKey.join('/')), key, note);
    assert.equal(url.search, '?viewer=1f&viewer-tag=2e', note);
    assert.equal(url.hash, '', note);

    if (!key.endsWith('/') || key.length > 1) {
      assert.deepEqual(filmOf(new URL(fragmentOf({ bucket, key }), 'http://host/').hash), { bucket, key }, note);
    }
  }
});

test('a name of 200 bytes stays whole', () => {
  for (const key of ['ü'.repeat(100), '映'.repeat(66), '%'.repeat(200), ' '.repeat(200)]) {
    assert.deepEqual(parametersOf(queryOf({ prefix: `${key}/` })), { prefix: `${key}/` });
  }
});

for (const key of ['a/../b', '../b/c', 'a/./b', 'a/..', './a']) {
  test(`a browser does not resolve the key ${key} to another`, () => {
    const url = new URL(objectPath({ bucket: 'demo', key }), 'http://host/');
    assert.equal(decode(url.pathname.slice('/objects/demo/'.length)), key);
  });
}

test('a space is not a plus, and a plus is not a space', () => {
  assert.equal(queryOf({ prefix: 'My Films+/' }), '?prefix=My%20Films%2B%2F');
  assert.equal(queryOf({}), '');
});

test('slashes of a key stay, other characters are escaped', () => {
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

test('a name is the part below its folder', () => {
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
