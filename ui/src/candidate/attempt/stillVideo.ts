// Keeps the screen awake where there is no wake lock (pages by HTTP, iPhones
// before 16.4): phones do not go to sleep while a video plays. still.mp4 is four
// seconds of black and silence:
//
//   ffmpeg -f lavfi -i color=black:size=32x32:rate=5 -f lavfi -i anullsrc=r=8000:cl=mono -t 4
//     -c:v libx264 -profile:v baseline -pix_fmt yuv420p -crf 51 -c:a aac -b:a 8k -movflags +faststart still.mp4

import still from './still.mp4'

/** A video that plays on and on, unseen and unheard. */
export class StillVideo {
  private readonly video = document.createElement('video')
  private loading: Promise<void> | null = null

  constructor() {
    this.video.setAttribute('playsinline', '')
    this.video.setAttribute('aria-hidden', 'true')
    this.video.tabIndex = -1
    this.video.loop = true
    this.video.className = 'unseen'
  }

  /** Rejects where the browser wants a tap first. */
  async play(): Promise<void> {
    this.loading ??= this.load()
    await this.loading
    if (!this.video.isConnected) document.body.append(this.video)
    await this.video.play()
  }

  stop(): void {
    this.video.pause()
    this.video.remove()
  }

  /** As a blob: iPhones play no address that does not answer in ranges. */
  private async load(): Promise<void> {
    try {
      const answer = await fetch(still)
      this.video.src = URL.createObjectURL(new Blob([await answer.arrayBuffer()], { type: 'video/mp4' }))
    } catch (thrown) {
      this.loading = null // tried again with the next tap
      throw thrown
    }
  }
}
