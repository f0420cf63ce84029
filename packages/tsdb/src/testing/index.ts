export { S3_MISSING, type S3Server, startS3Server } from '../object-store/testing/s3-server.ts';
export { randomHistogram } from './random-histogram.ts';
