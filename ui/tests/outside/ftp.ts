// A real vsftpd on loopback, slow enough that a kill hits it in a transfer.
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort, Program } from './programs'

const program = '/usr/sbin/vsftpd'

export const ftpInstalled = () => existsSync(program)

export interface FTPServer {
  url: string
  root: string
  server: Program
}

/** Starts it; rate is in bytes a second. */
export async function startFTP(folder: string, rate: number): Promise<FTPServer> {
  const [root, port] = [join(folder, 'drop'), await freePort()]
  const password = 'drop-password'
  mkdirSync(root, { recursive: true })
  mkdirSync(join(folder, 'empty'))
  writeFileSync(join(folder, 'passwords'), `${password}\n`, { mode: 0o600 })
  const settings = {
    listen: 'YES',
    listen_address: '127.0.0.1',
    listen_port: port,
    background: 'NO',
    run_as_launching_user: 'YES',
    seccomp_sandbox: 'NO',
    local_enable: 'NO',
    anonymous_enable: 'YES',
    secure_email_list_enable: 'YES',
    email_password_file: join(folder, 'passwords'),
    anon_root: root,
    ftp_username: userInfo().username,
    write_enable: 'YES',
    anon_upload_enable: 'YES',
    anon_mkdir_write_enable: 'YES',
    anon_other_write_enable: 'YES',
    anon_world_readable_only: 'NO',
    anon_umask: '077',
    anon_max_rate: rate,
    secure_chroot_dir: join(folder, 'empty'),
    xferlog_enable: 'NO',
  }
  const file = join(folder, 'vsftpd.conf')
  writeFileSync(file, Object.entries(settings).map(([key, value]) => `${key}=${value}\n`).join(''), { mode: 0o600 })
  const server = new Program('vsftpd', program, [file])
  server.start()
  return { url: `ftp://anonymous:${password}@127.0.0.1:${port}/`, root, server }
}

/** The files below a folder, with their sizes. */
export function filesBelow(folder: string): { path: string; size: number }[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const info = statSync(join(folder, name), { throwIfNoEntry: false })
    return info?.isFile() ? [{ path: name, size: info.size }] : []
  })
}
