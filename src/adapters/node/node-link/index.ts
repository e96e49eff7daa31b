export { connectNode, type NodeClient } from './client.ts';
export { type NodePeer, type NodeServer, serveNode } from './server.ts';
