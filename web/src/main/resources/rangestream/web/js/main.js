// The page. The fragment names a film; the library, the player and the table of reads follow it.

import { byId } from './dom.js';
import { Library } from './library.js';
import { filmOf } from './paths.js';
import { Player } from './player.js';
import { ReadStream } from './read-stream.js';
import { ReadsView } from './reads-view.js';

const library = new Library();
const reads = new ReadsView();
const stream = new ReadStream({
  onRead: (read) => reads.report(read),
  onState: (state) => reads.setLive(state),
});
const player = new Player({ onRetry: () => show(filmOf(location.hash)) });
let showing = 0;

async function show(film) {
  showing += 1;
  const mine = showing;
  stream.close();
  reads.clear();
  library.setFilm(film);
  if (film === null) {
    player.clear();
    return;
  }
  player.announce(film);
  const parameters = await stream.open();
  if (showing === mine) {
    await player.play(parameters);
  }
}

addEventListener('hashchange', () => {
  show(filmOf(location.hash));
  byId('screen').scrollIntoView({ block: 'nearest' });
});

// The fragment is the name of the film, so a jump within the page must not change it.
byId('skip').addEventListener('click', (event) => {
  event.preventDefault();
  byId('player').focus();
});

const first = filmOf(location.hash);
if (first !== null) {
  show(first);
}
library.start(first);
