import { playFolder } from './play-folder.ts';

playFolder('mail-guide');
