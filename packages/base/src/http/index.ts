export { type BodyResult, readBody } from './body.ts';
export { sendJson, sendText } from './reply.ts';
export type { Handler, RouteMatch, Routes } from './routes.ts';
export { HttpServer, type HttpServerOptions, PortTakenError } from './server.ts';
