import { WINDOW_API, type WindowApi } from '../api/window.ts';

/** The host, where the page runs in a window of ours; nothing where it was opened in a plain browser. */
export function host(): WindowApi | undefined {
  return (window as { [WINDOW_API]?: WindowApi })[WINDOW_API];
}
