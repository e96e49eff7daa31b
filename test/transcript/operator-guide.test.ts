import { playFolder } from './play-folder.ts';

playFolder('operator-guide');
