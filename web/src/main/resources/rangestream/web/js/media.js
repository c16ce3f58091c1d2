// Which objects can be played, by the extension of the key: a listing has no media types.

const VIDEO = ['mp4', 'm4v', 'mov', 'webm', 'ogv', 'mkv'];
const AUDIO = ['mp3', 'm4a', 'aac', 'ogg', 'oga', 'opus', 'wav', 'flac'];

// 'video', 'audio', or null for anything else.
export function kindOf(key) {
  const name = key.slice(key.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const extension = dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
  if (VIDEO.includes(extension)) {
    return 'video';
  }
  return AUDIO.includes(extension) ? 'audio' : null;
}
