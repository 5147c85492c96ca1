// The wire between a phone and the centre, which a test can let go dead: the
// sockets stay open, and nothing comes through, as behind a wall.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Wire {
  url: string
  /** Nothing comes through any more, in either direction. */
  freeze(): void
  /** It goes on; what was frozen is cut, as a phone's network does in the end. */
  thaw(): void
  end(): Promise<void>
}

export async function openWire(to: string): Promise<Wire> {
  const port = Number(new URL(to).port)
  const pairs = new Set<[Socket, Socket]>()
  let frozen = false
  const server = createServer((phone) => {
    const centre = connect(port, '127.0.0.1')
    const pair: [Socket, Socket] = [phone, centre]
    pairs.add(pair)
    const close = () => {
      pairs.delete(pair)
      phone.destroy()
      centre.destroy()
    }
    for (const socket of pair) socket.on('error', close).on('close', close)
    phone.pipe(centre)
    centre.pipe(phone)
    if (frozen) hold(pair)
  })
  const hold = (pair: [Socket, Socket]) => {
    pair[0].unpipe(pair[1]).pause()
    pair[1].unpipe(pair[0]).pause()
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => [...pairs].forEach(([phone]) => phone.destroy())
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    freeze: () => {
      frozen = true
      pairs.forEach(hold)
    },
    thaw: () => {
      frozen = false
      cut()
    },
    end: () =>
      new Promise((resolve) => {
        cut()
        server.close(() => resolve())
      }),
  }
}
