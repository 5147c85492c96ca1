// What the pages of accounts need of a side: its calls and its roles.

/** Where an account is logged in. */
export interface DeskSession {
  id: string
  device?: 'phone' | 'tablet' | 'desktop'
  since: string
  seen_at?: string
  address?: string
  own: boolean
}

export interface DeskAccount {
  name: string
  role: string
  /** The only centres that it may see; none: all. */
  centres?: string[]
  last_login_at?: string
  locked_at?: string
  sessions: DeskSession[]
}

export interface DeskInvitation {
  id: string
  kind: 'account' | 'password' | 'first'
  name?: string
  role: string
  centres?: string[]
  state: 'open' | 'used' | 'expired' | 'withdrawn'
  created_at: string
  created_by?: string
  expires_at: string
  url?: string
}

/** The calls of a side; its own kinds of role are strings here. */
export interface PeopleApi {
  people(): Promise<DeskAccount[]>
  lockAccount(name: string): Promise<void>
  unlockAccount(name: string): Promise<void>
  removeAccount(name: string): Promise<void>
  setRole(name: string, role: string): Promise<void>
  endSession(id: string): Promise<void>
  endSessions(name: string): Promise<void>
  invitations(): Promise<DeskInvitation[]>
  invite(name: string, role: string): Promise<DeskInvitation>
  invitePassword(name: string): Promise<DeskInvitation>
  withdrawInvitation(id: string): Promise<void>
}

export interface EnterApi {
  invitation(token: string): Promise<DeskInvitation>
  enter(token: string, password: string, name?: string): Promise<unknown>
}

export interface OwnApi {
  ownSessions(): Promise<DeskSession[]>
  endOwnSession(id: string): Promise<void>
  endOwnSessions(): Promise<void>
  changePassword(present: string, fresh: string): Promise<void>
}
