import { playFolder } from './play-folder.ts';

playFolder('dcl-guide');
