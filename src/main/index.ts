/** Where Electron starts. */
import { startElectron } from './shells/electron.ts';

startElectron();
