import { playFolder } from './play-folder.ts';

playFolder('imap');
