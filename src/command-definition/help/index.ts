export { helpPage, noHelpPage } from './help-page.ts';
export { type FoundTopic, findTopics, type HelpTopic, topicWords } from './help-topic.ts';
export { type TopicGroup, tableTopics } from './table-topics.ts';
