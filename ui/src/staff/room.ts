import type { Room } from '../shared/api/types'

/** How to get room on the disk, as things stand: the name of a sentence in `staff.room`. */
export const wayToRoom = (room: Room) => (room.freeable.clips > 0 ? 'short_free' : room.waiting.clips > 0 ? 'short_send' : 'short_disk')
