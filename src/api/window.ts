/** What the window may ask of its host. One channel per method; the preload exposes exactly these. */
export interface WindowApi {
  about(): Promise<About>;
}

export interface About {
  /** Of this installation, e.g. "0.1.0". */
  readonly version: string;
}

/** Where the preload puts a {@link WindowApi} in the page. */
export const WINDOW_API = 'riskweave';

export const ABOUT_CHANNEL = 'about';
