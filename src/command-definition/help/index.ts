export { helpPage, noHelpPage } from './help-page.ts';
export { parseHelpSource } from './help-source.ts';
export { type FoundTopic, findTopics, type HelpTopic, topicNamed, topicWords } from './help-topic.ts';
export { COMMON_QUALIFIERS, type TopicGroup, tableTopics } from './table-topics.ts';
