// The model is sound, but there are no kernels for it.

export class UnsupportedModel extends Error {
  override readonly name = "UnsupportedModel";
}
