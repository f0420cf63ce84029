export { FolderStore } from './folder-store.ts';
export { type ObjectStore, ObjectStoreError } from './object-store.ts';
export { openS3Store } from './open-s3-store.ts';
export { PatientStore } from './patient-store.ts';
export type { S3Settings } from './s3-store.ts';
