import { expect, test } from 'vitest'
import { askedOf, isStrange } from '../../src/staff/checkin/ticket'
import { ticketCode } from '../../src/staff/papers/codes'

test('what is typed is a number or a name, what a code says is the ticket and whose', () => {
  expect(askedOf(' PH1001 ')).toEqual({ who: 'PH1001', host: '' })
  expect(askedOf('王小明')).toEqual({ who: '王小明', host: '' })
  for (const ticket of ['PH1001', '2026-钢琴/7 & 8']) {
    expect(askedOf(ticketCode('https://kaodian.local:8443/', ticket))).toEqual({ who: ticket, host: 'kaodian.local:8443' })
  }
  for (const other of ['https://example.org/', 'javascript:alert(1)?ticket=1', 'WIFI:T:WPA;S:a;P:b;;']) expect(askedOf(other)).toEqual({ who: other, host: '' })
})

test('an address is another centre’s unless it is one of ours, whatever its port', () => {
  const own = ['192.168.1.10:8080', 'kaodian.local', '']
  expect(['', '192.168.1.10', 'KAODIAN.local:443', '192.168.1.11', 'other.local:8080'].map((host) => isStrange(host, own))).toEqual([false, false, false, true, true])
})
