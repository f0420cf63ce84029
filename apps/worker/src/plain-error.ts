/** Something is wrong that a user can mend; the message is all there is to say. */
export class PlainError extends Error {
  override readonly name: string = 'PlainError';
}
