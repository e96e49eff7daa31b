/** Messages of mail files as programs of the Internet read them. */
export { senderOf } from './header-fields.ts';
export { type InternetForm, internetForm, type StoredMessage } from './internet-form.ts';
