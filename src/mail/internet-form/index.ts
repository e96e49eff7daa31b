/** Messages of mail files as programs of the Internet read them. */
export { mail11Header, senderOf } from './header-fields.ts';
export {
  type InternetForm,
  internetForm,
  isBareText,
  mayBeBare,
  noteForm,
  type StoredMessage,
} from './internet-form.ts';
