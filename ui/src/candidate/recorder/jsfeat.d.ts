// As much of jsfeat as the recorder uses; the package has no types of its own.
declare module 'jsfeat' {
  interface Window {
    x: number
    y: number
    width: number
    height: number
    neighbors: number
  }
  interface Cascade {
    size: [number, number]
  }
  const jsfeat: {
    U8_t: number
    C1_t: number
    matrix_t: new (columns: number, rows: number, type: number) => { data: Uint8Array }
    imgproc: {
      grayscale(rgba: Uint8ClampedArray, width: number, height: number, grey: { data: Uint8Array }): void
      compute_integral_image(grey: { data: Uint8Array }, sums: Int32Array, squares: Int32Array, tilted: Int32Array | null): void
    }
    haar: {
      frontalface: Cascade
      detect_multi_scale(
        sums: Int32Array, squares: Int32Array, tilted: null, edges: null,
        width: number, height: number, cascade: Cascade, step: number, least: number,
      ): Window[]
      group_rectangles(windows: Window[], least: number): Window[]
    }
  }
  export default jsfeat
}
declare module 'jsfeat/cascades/frontalface.js'
