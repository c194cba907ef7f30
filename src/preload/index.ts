import { contextBridge, ipcRenderer } from 'electron';
import { ABOUT_CHANNEL, WINDOW_API, type About, type WindowApi } from '../api/window.ts';

const api: WindowApi = {
  about: () => ipcRenderer.invoke(ABOUT_CHANNEL) as Promise<About>,
};

contextBridge.exposeInMainWorld(WINDOW_API, api);
