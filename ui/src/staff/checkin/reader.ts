// Reads a QR code in a picture. The reader comes with the first use of the
// camera, from this server as everything does.

export type Reader = (picture: ImageData) => string

let loaded: Promise<Reader> | null = null

export function codeReader(): Promise<Reader> {
  loaded ??= load().catch((thrown: unknown) => {
    loaded = null // the line may be back for the next try
    throw thrown
  })
  return loaded
}

async function load(): Promise<Reader> {
  const { default: jsQR } = await import('jsqr')
  return ({ data, width, height }) => jsQR(data, width, height, { inversionAttempts: 'dontInvert' })?.data ?? ''
}
