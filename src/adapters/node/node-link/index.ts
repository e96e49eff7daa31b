export { connectNode, type NodeClient } from './client.ts';
export { type NodePeer, type NodeServer, type NodeServices, serveNode } from './server.ts';
