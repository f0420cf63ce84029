/** Thrown inside the parser only; `ExpositionParser.parse` turns it into a returned value. */
export class MalformedLine extends Error {
  override readonly name = 'MalformedLine';
}
