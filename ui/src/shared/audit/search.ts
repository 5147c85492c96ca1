/** What is searched for in an audit log; empty fields match all. */
export interface AuditSearch {
  by: string
  action: string
  candidate: string
  text: string
  from: string
  to: string
}
